import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SERVICES } from '@smartkey/event-bus';
import { mustAgree } from '../agreement.ts';
import { beginSeries } from '../sent-documents.ts';
import type { Story } from '../story.ts';
import { Writers } from '../writers.ts';
import { accept } from './went-back.ts';

export const embeddedLost: Story = {
  name: 'embedded-lost',
  situation: 'the folder of the embedded database is lost, and a backup that is older is put back',
  shape: { kind: 'embedded' },
  alone: true,
  tell: async (whole, report) => {
    const writers = await Writers.prepare(whole);
    await writers.during('before', 5, 'signIn', 'office', 'bill');
    await whole.stopServices();
    const backup = join(whole.folder, 'backup.tar.gz');
    assert.equal((await whole.cli('backup', backup)).code, 0);
    await whole.startServices();
    await writers.during('between', 5, 'signIn', 'office', 'bill');
    await whole.stopServices();
    await whole.moveData('lost');
    const keys = join(whole.dataFolder, 'keys.json');
    whole.dataFolder = join(whole.folder, 'restored');
    assert.equal((await whole.cli('restore', backup)).code, 0);
    await copyFile(keys, join(whole.dataFolder, 'keys.json'));
    for (const service of SERVICES) {
      assert.equal((await whole.cli('log', 'compare', service)).code, 1);
      await accept(whole, service);
    }
    await beginSeries(whole);
    report.done(`services started in ${await whole.startServices()} ms`);
    await writers.during('after', 5);
    await writers.allOnce();
    await mustAgree(whole, writers, report, {
      registrations: ['between'],
      signIns: ['between'],
      applications: ['between'],
      orders: ['between'],
      documents: ['between'],
    });
  },
};
