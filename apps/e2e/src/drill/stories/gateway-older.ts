import assert from 'node:assert/strict';
import { join } from 'node:path';
import { mustAgree } from '../agreement.ts';
import { copyService, putServiceBack } from '../stage/schema-copies.ts';
import type { Whole } from '../stage/whole.ts';
import type { Story } from '../story.ts';
import { Writers } from '../writers.ts';
import { BOTH, inWords, type Meanwhile } from './meanwhile.ts';
import { accept } from './went-back.ts';

interface MadeKey {
  readonly id: string;
  readonly key: string;
}

const makeKey = (whole: Whole, name: string): Promise<MadeKey> =>
  whole.operator.post<MadeKey>('/keys', { role: 'operator', name });

const opens = async (whole: Whole, { key }: MadeKey): Promise<boolean> =>
  (await whole.operator.as(key).call('GET', '/contracts')).status === 200;

/** A running gateway remembers keys for some seconds. */
const untilOpens = (whole: Whole, key: MadeKey, wanted: boolean): Promise<boolean> =>
  whole.steps.until(
    () => opens(whole, key),
    (there) => there === wanted,
    60,
  );

/** Keys lie in no log that others read: only heads tell. */
const gatewayOlder = (meanwhile: Meanwhile): Story => ({
  name: `gateway-older-${meanwhile}`,
  situation: `the database of the gateway is put back from an older copy; services ${inWords(meanwhile)}`,
  shape: { kind: 'server' },
  tell: async (whole, report) => {
    const writers = await Writers.prepare(whole);
    writers.start();
    await writers.more(5);
    const revoked = await makeKey(whole, 'revoked behind the copy');
    const copy = await copyService(whole.postgres!.url, 'gateway', `gateway_${Date.now()}`);
    await whole.operator.delete(`/keys/${revoked.id}`);
    const made = await makeKey(whole, 'made behind the copy');
    // So another log names it.
    const applicant = { name: '試験株式会社', iijIdContract: 'iid-behind-the-copy' };
    await whole.operator.as(made.key).post('/contracts', { applicant, plan: 'enterprise' });
    await writers.stop();
    assert.equal(await opens(whole, revoked), false);
    assert.equal(await opens(whole, made), true);
    if (meanwhile === 'stopped') await whole.stopServices();
    const heads = join(whole.folder, `heads-${Date.now()}.json`);
    assert.equal((await whole.cli('backup', '--heads', heads)).code, 0);
    await putServiceBack(whole.postgres!.url, copy);
    report.done('the schemas of the gateway put back');
    const checked = await whole.cli('restore', '--check', heads);
    assert.equal(checked.code, 1);
    assert.match(checked.lines.join('\n'), /rows of keys are missing/);
    assert.match(checked.lines.join('\n'), /API keys that were revoked are valid again/);
    if (meanwhile === 'stopped') report.done(`services started in ${await whole.startServices()} ms`);
    await untilOpens(whole, made, false);
    await untilOpens(whole, revoked, true);
    const compared = await whole.cli('log', 'compare', 'gateway');
    assert.equal(compared.code, 1, 'the logs of the services name a key that the gateway does not know');
    assert.match(compared.lines.join('\n'), new RegExp(`key-unknown ${made.id}`));
    await accept(whole, 'gateway');
    assert.equal((await whole.cli('log', 'compare', 'gateway')).code, 0);
    await whole.operator.delete(`/keys/${revoked.id}`);
    assert.equal(await opens(whole, revoked), false);
    report.found(
      'what became of the keys?',
      'the one that was made since is unknown, the revoked one is revoked again',
    );
    await writers.during('after', 5);
    await writers.allOnce();
    await mustAgree(whole, writers, report);
  },
});

export const GATEWAY_OLDER: readonly Story[] = BOTH.map(gatewayOlder);
