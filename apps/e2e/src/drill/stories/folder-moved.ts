import assert from 'node:assert/strict';
import { mustAgree } from '../agreement.ts';
import type { Story } from '../story.ts';
import { Writers } from '../writers.ts';

export const folderMoved: Story = {
  name: 'folder-moved',
  situation: 'the folder of the embedded database is moved to another place',
  shape: { kind: 'embedded' },
  alone: true,
  tell: async (whole, report) => {
    const writers = await Writers.prepare(whole);
    await writers.during('before', 10, 'signIn');
    await whole.stopServices();
    await whole.moveData('moved');
    report.done('stopped, the folder moved, started there');
    await whole.startServices();
    await writers.during('after', 5);
    const { status } = await whole.readyState();
    assert.equal(status, 200);
    assert.equal(writers.refused, 0);
    report.found('does anything say that a log went back?', 'no: ready, and commands are served');
    await mustAgree(whole, writers, report);
    await whole.stopServices();
    assert.equal((await whole.cli('verify')).code, 0);
  },
};
