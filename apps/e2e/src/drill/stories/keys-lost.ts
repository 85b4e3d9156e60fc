import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustAgree } from '../agreement.ts';
import type { Story } from '../story.ts';
import { Writers } from '../writers.ts';

export const keysLost: Story = {
  name: 'keys-lost',
  situation: 'the file with the keys is lost, and comes back from where it was kept apart',
  shape: { kind: 'embedded' },
  alone: true,
  tell: async (whole, report) => {
    const writers = await Writers.prepare(whole);
    await writers.during('before', 5);
    await whole.stopServices();
    const heads = join(whole.folder, 'heads.json');
    assert.equal((await whole.cli('backup', '--heads', heads)).code, 0);
    const kept = await whole.keys();
    await rename(join(whole.dataFolder, 'keys.json'), join(whole.folder, 'lost'));
    report.done('keys.json taken away');
    report.found('does it start?', await whole.refusal(/key/));
    const checked = await whole.cli('restore', '--check', heads);
    assert.equal(checked.code, 1);
    assert.match(checked.lines.join('\n'), /the keys \S+ are needed: there is no key file/);
    await writeFile(join(whole.dataFolder, 'keys.json'), kept, { mode: 0o600 });
    report.done('keys.json put back from where it was kept');
    assert.equal((await whole.cli('restore', '--check', heads)).code, 0);
    await whole.startServices();
    writers.phase = 'after';
    await writers.signIn();
    await mustAgree(whole, writers, report);
  },
};
