import assert from 'node:assert/strict';
import { join } from 'node:path';
import { mustAgree } from '../agreement.ts';
import { copyService, putServiceBack } from '../stage/schema-copies.ts';
import type { Whole } from '../stage/whole.ts';
import type { Story } from '../story.ts';
import { Writers } from '../writers.ts';

interface MadeKey {
  readonly id: string;
  readonly key: string;
}

const makeKey = (whole: Whole, name: string): Promise<MadeKey> =>
  whole.operator.post<MadeKey>('/keys', { role: 'operator', name });

const opens = async (whole: Whole, { key }: MadeKey): Promise<boolean> =>
  (await whole.operator.as(key).call('GET', '/contracts')).status === 200;

/** Keys lie in no log that others read: only heads tell. */
export const gatewayOlder: Story = {
  name: 'gateway-older',
  situation: 'the database of the gateway is put back from an older copy, services stopped',
  shape: { kind: 'server' },
  tell: async (whole, report) => {
    const writers = await Writers.prepare(whole);
    writers.start();
    await writers.more(5);
    const revoked = await makeKey(whole, 'revoked behind the copy');
    const copy = await copyService(whole.postgres!.url, 'gateway', `gateway_${Date.now()}`);
    await whole.operator.delete(`/keys/${revoked.id}`);
    const made = await makeKey(whole, 'made behind the copy');
    await writers.stop();
    assert.equal(await opens(whole, revoked), false);
    assert.equal(await opens(whole, made), true);
    await whole.stopServices();
    const heads = join(whole.folder, `heads-${Date.now()}.json`);
    assert.equal((await whole.cli('backup', '--heads', heads)).code, 0);
    await putServiceBack(whole.postgres!.url, copy);
    report.done('services stopped, the schemas of the gateway put back');
    const checked = await whole.cli('restore', '--check', heads);
    assert.equal(checked.code, 1);
    assert.match(checked.lines.join('\n'), /rows of keys are missing/);
    assert.match(checked.lines.join('\n'), /API keys that were revoked are valid again/);
    report.done(`services started in ${await whole.startServices()} ms`);
    assert.equal(await opens(whole, made), false);
    assert.equal(await opens(whole, revoked), true);
    await whole.operator.delete(`/keys/${revoked.id}`);
    assert.equal(await opens(whole, revoked), false);
    report.found(
      'what became of the keys?',
      'the one that was made since is unknown, the revoked one is revoked again',
    );
    writers.phase = 'after';
    writers.start();
    await writers.more(5);
    await writers.stop();
    await writers.allOnce();
    await mustAgree(whole, writers, report);
  },
};
