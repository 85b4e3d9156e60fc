import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { authenticationService } from '../authentication.definition.ts';
import { denied, World } from '../testing/service.fixture.ts';

let world: World;
beforeAll(async () => (world = await World.open()));
afterAll(() => world?.close());

/** Two accept that the log lost its end. */
async function acceptLoss(): Promise<void> {
  const { standing } = world.service.store;
  await standing.enter([{ reader: 'checkpoint', detail: 'it is shorter' }], await world.service.store.last());
  await standing.propose('anna', 'the disk is gone');
  await standing.accept('ben', async (tx, loss) =>
    authenticationService.lossAccepted?.(tx, loss, world.now()),
  );
  await world.service.store.appendRestored({
    stream: 'log-authentication',
    expected: 'any',
    events: [
      {
        id: randomUUID(),
        type: 'LogRestored',
        version: 1,
        data: {},
        metadata: { actor: { role: 'system', key: 'test' }, commandId: randomUUID() },
        occurredAt: world.now(),
      },
    ],
  });
}

describe('what follows where the log of authentication lost its end', () => {
  it('no code up to the step after now is taken, for it may have been used; the next is', async () => {
    const person = await world.person();
    await acceptLoss();
    for (const steps of [-1, 0, 1])
      expect(await person.send(person.code(steps))).toEqual(denied('code_already_used'));
    world.clock.advance(60_000);
    expect(await person.send(person.code())).toMatchObject({ result: 'success' });
  });

  it('nor a code that confirms an enrolment', async () => {
    const contract = world.contract();
    const account = world.owners.register(contract, 'enrolling', world.now());
    const enrolled = await world.issue(account);
    await acceptLoss();
    const confirm = async () => (await world.confirm(enrolled, enrolled.phone.codeAt(world.now()))).body;
    expect(await confirm()).toMatchObject({ confirmed: false });
    world.clock.advance(60_000);
    expect(await confirm()).toMatchObject({ confirmed: true });
  });

  it('accounts with a failure in the last day of what was kept wait once more; older failures and none do not', async () => {
    const [calm, old, failing] = [await world.person(), await world.person(), await world.person()];
    await old.guess(1);
    world.clock.advance(25 * 3_600_000);
    await failing.guess(1);
    await acceptLoss();
    world.clock.advance(2_000);
    expect(await failing.send(failing.wrongCode())).toMatchObject({
      reason: 'locked',
      retryAfterSeconds: 28,
    });
    expect(await old.send(old.wrongCode())).toEqual(denied('invalid_code'));
    expect(await calm.send(calm.wrongCode())).toEqual(denied('invalid_code'));
    world.clock.advance(60_000);
    expect(await failing.send(failing.code())).toMatchObject({ result: 'success', decidedAt: world.now() });
  });
});

describe('what follows where the registry lost the end of its log', () => {
  const sourceLost = (source: 'contract' | 'device-registry') =>
    world.service.assembly.sourceLost!({ source, number: 2, keptPosition: 1n });
  const about = async (source: 'contract' | 'device-registry', subject: string) =>
    (await sourceLost(source)).filter((each) => each.subject === subject);

  it('an account that it no longer has stops working, and its device; asked again, it is said no more', async () => {
    const person = await world.person();
    world.owners.losesAllBut(person.account, 0);
    expect(await about('device-registry', person.account)).toMatchObject([
      { kind: 'account-gone', contract: person.contract },
    ]);
    expect(await person.send(person.code())).toMatchObject({ result: 'denied' });
    expect((await person.events()).at(-1)).toMatchObject({
      type: 'CredentialErased',
      data: { device: person.device, cause: 'deregistered' },
    });
    expect(await about('device-registry', person.account)).toEqual([]);
  });

  it('a device that it no longer has stops working; the account goes on', async () => {
    const person = await world.person();
    const second = await world.enrol(person.account);
    world.owners.losesAllBut(person.account, 3);
    expect(await about('device-registry', second.device)).toMatchObject([{ kind: 'device-gone' }]);
    expect(await person.send(second.phone.codeAt(world.now()))).toEqual(denied('invalid_code'));
    expect(await person.send(person.code())).toMatchObject({ result: 'success' });
  });

  it('what it says from there on counts, though it was said under higher revisions before', async () => {
    const person = await world.person();
    for (const type of ['IdSuspended', 'IdResumed'] as const) await person.says(type, {});
    world.owners.losesAllBut(person.account, 3);
    await sourceLost('device-registry');
    await person.says('IdSuspended', {});
    expect(await person.send(person.code())).toEqual(denied('id_suspended'));
  });

  it('what finds its external id stays in its own column, where an erasure looks', async () => {
    const { account } = await world.person();
    await sourceLost('device-registry');
    const [kept] = await world.database.query(
      `SELECT external_id_digest IS NOT NULL AS apart, facts ? 'externalIdDigest' AS among FROM accounts WHERE account = $1`,
      [account],
    );
    expect(kept).toEqual({ apart: true, among: false });
  });

  it('a device that it has and whose secret is not here is listed', async () => {
    const person = await world.person();
    const { account } = person;
    const [device, enrolment] = ['dev_lost', 'enr_lost'] as const;
    await person.says('DeviceEnrolled', { device, enrolment });
    expect(await about('device-registry', device)).toMatchObject([
      { kind: 'device-without-secret', contract: person.contract, detail: expect.stringContaining(account) },
    ]);
  });

  it('a contract that its service no longer has lets nobody in', async () => {
    const person = await world.person();
    await person.send(person.wrongCode());
    world.owners.forgetsContract(person.contract);
    expect(await about('contract', person.contract)).toMatchObject([{ kind: 'contract-gone' }]);
    await expect(person.send(person.code())).rejects.toThrow('404');
  });

  it('is left for later where the owner does not answer', async () => {
    await world.person();
    world.owners.down = true;
    await expect(sourceLost('device-registry')).rejects.toThrow('unavailable');
    world.owners.down = false;
    await sourceLost('device-registry');
  });
});
