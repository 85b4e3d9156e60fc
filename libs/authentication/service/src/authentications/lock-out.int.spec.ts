import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { denied, World, type Person } from '../testing/service.fixture.ts';

let world: World;
let person: Person;

beforeAll(async () => (world = await World.open()));
afterAll(() => world?.close());
beforeEach(async () => (person = await world.person()));

const typesOf = async (): Promise<string[]> => (await person.events()).map(({ type }) => type);

describe('lock-out of the account (NIST SP 800-63B)', () => {
  it('B1: after five wrong codes even the right one is locked out, for 30 s; no fact of it', async () => {
    await person.guess(5);
    expect(await person.send(person.code())).toEqual({ ...denied('locked'), retryAfterSeconds: 30 });
    world.clock.advance(29_001);
    expect(await person.send(person.code())).toEqual({ ...denied('locked'), retryAfterSeconds: 1 });
    world.clock.advance(999);
    expect(await person.send(person.code())).toMatchObject({ result: 'success' });
    expect(await typesOf()).toEqual([
      'CredentialIssued',
      'CredentialConfirmed',
      'AccountLocked',
      'AuthSucceeded',
    ]);
  });

  it('B3, B7: the next wait is twice as long, and attempts while locked do not extend it', async () => {
    await person.guess(5);
    for (let tries = 0; tries < 5; tries++)
      expect(await person.send(person.wrongCode())).toMatchObject({ reason: 'locked' });
    world.clock.advance(30_000);
    await person.guess(1);
    expect(await person.send(person.code())).toEqual({ ...denied('locked'), retryAfterSeconds: 60 });
    world.clock.advance(60_000);
    expect(await person.send(person.code())).toMatchObject({ result: 'success' });
  });

  it('B5: failures with any device count together, and a success with one forgets them', async () => {
    await world.enrol(person.account);
    await person.guess(4);
    expect(await person.send(person.code())).toMatchObject({ result: 'success' });
    await person.guess(4);
    expect(await person.send(person.code(1))).toMatchObject({ result: 'success' });
  });

  it('B4: the hundredth wrong code in a row locks until somebody unlocks', async () => {
    for (let failures = 1; failures <= 100; failures++) {
      await person.guess(1);
      if (failures >= 5) world.clock.advance(3_600_000);
    }
    world.clock.advance(365 * 86_400_000);
    expect(await person.send(person.code())).toEqual(denied('locked'));
    const unlock = async () =>
      (await world.service.call(`/internal/accounts/${person.account}/unlock`, {})).body;
    expect(await unlock()).toEqual({ unlocked: true });
    expect(await unlock()).toEqual({ unlocked: false });
    expect(await person.send(person.code())).toMatchObject({ result: 'success' });
    expect((await typesOf()).filter((type) => type === 'AccountUnlocked')).toHaveLength(1);
  });

  it('there is nothing to unlock of an account without devices', async () => {
    expect(
      (await world.service.call('/internal/accounts/rid_00000000000000000000000000/unlock', {})).body,
    ).toEqual({
      unlocked: false,
    });
  });

  it('B6: a new device, suspension and resumption do not forget failures', async () => {
    await person.guess(4);
    await world.enrol(person.account);
    await person.says('IdSuspended', {});
    await person.says('IdResumed', {});
    await person.guess(1);
    expect(await person.send(person.code())).toMatchObject({ reason: 'locked' });
  });

  it('B10: another instance, started later, knows the failures', async () => {
    await person.guess(5);
    const instance = await world.startInstance(world.database);
    expect(await person.send(person.code(), { instance })).toMatchObject({ reason: 'locked' });
  });

  it('a code that was used already counts for nothing, however often it comes', async () => {
    const code = person.code();
    await person.send(code);
    for (let clicks = 0; clicks < 10; clicks++)
      expect(await person.send(code)).toEqual(denied('code_already_used'));
    expect(await person.send(person.code(1))).toMatchObject({ result: 'success' });
  });

  it('F4: a code of the other length is a wrong one, and counts', async () => {
    for (let tries = 0; tries < 5; tries++)
      expect(await person.send(`${person.code()}00`)).toEqual(denied('invalid_code'));
    expect(await person.send(person.code())).toMatchObject({ reason: 'locked' });
  });

  it('an account registered again is the same account: its lock survives its end', async () => {
    await person.guess(5);
    await person.deregister();
    expect(await person.send(person.code())).toEqual(denied('not_authenticated'));
    const { account, contract, externalId } = person;
    expect(world.owners.register(contract, externalId, world.now())).toBe(account);
    const again = await world.issue(account);
    const { device, enrolment, phone } = again;
    await world.confirm(again, phone.codeAt(world.now()));
    await person.says('DeviceEnrolled', { device, enrolment });
    expect(await person.send(phone.codeAt(world.now(), 1))).toMatchObject({ reason: 'locked' });
  });
});
