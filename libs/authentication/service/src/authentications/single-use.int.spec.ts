import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { plusMillis } from '@smartkey/kernel';
import { denied, World, type Person } from '../testing/service.fixture.ts';

let world: World;
let person: Person;

beforeAll(async () => (world = await World.open()));
afterAll(() => world?.close());
beforeEach(async () => (person = await world.person()));

describe('single use (RFC 6238, 5.2): what counts as a success (別紙1 備考2)', () => {
  it('R1: a right code is a success and one fact; the same again is refused and no fact', async () => {
    const code = person.code();
    expect(await person.send(code)).toEqual({
      id: expect.stringMatching(/^aut_/),
      result: 'success',
      deviceId: person.device,
      decidedAt: world.now(),
    });
    expect(await person.send(code)).toEqual(denied('code_already_used'));
    expect(await person.successes()).toBe(1);
    const fact = (await person.events()).at(-1)!;
    expect(fact).toMatchObject({ type: 'AuthSucceeded', version: 1, occurredAt: world.now() });
    expect(Object.keys(fact.data).sort()).toEqual(['account', 'authentication', 'contract', 'device']);
  });

  it('R8: after a code the one before it is refused and the one after it accepted', async () => {
    expect(await person.send(person.code())).toMatchObject({ result: 'success' });
    expect(await person.send(person.code(-1))).toEqual(denied('code_already_used'));
    expect(await person.send(person.code(1))).toMatchObject({ result: 'success' });
    expect(await person.send(person.code())).toEqual(denied('code_already_used'));
    expect(await person.successes()).toBe(2);
  });

  it('R9: the code that confirmed the enrolment is no login', async () => {
    const { account } = person;
    const other = await world.issue(account);
    const { device, enrolment, phone } = other;
    const code = phone.codeAt(world.now());
    expect((await world.confirm(other, code)).body).toEqual({ confirmed: true });
    await person.says('DeviceEnrolled', { device, enrolment });
    expect(await person.send(code)).toEqual(denied('code_already_used'));
    expect(await person.successes()).toBe(0);
  });

  it('R10: a code used under the external id is refused under the id', async () => {
    const { contract, account: id } = person;
    const code = person.code();
    expect(await person.send(code)).toMatchObject({ result: 'success' });
    expect(await world.authenticate(contract, { id, code })).toEqual(denied('code_already_used'));
  });

  it('R11: suspending and resuming, and a new data key, do not bring a code back', async () => {
    const code = person.code();
    expect(await person.send(code)).toMatchObject({ result: 'success' });
    const { device } = person;
    await person.says('IdSuspended', {});
    await person.says('IdResumed', {});
    await person.says('DeviceSuspended', { device });
    await person.says('DeviceResumed', { device });
    await world.service.secrets.dataKeys.rotate();
    await world.service.call('/internal/credentials/reseal', {});
    expect(await person.send(code)).toEqual(denied('code_already_used'));
  });

  it('R7: another instance on the same database, started later, knows what is used up', async () => {
    const code = person.code();
    expect(await person.send(code)).toMatchObject({ result: 'success' });
    const instance = await world.startInstance(world.database);
    expect(await person.send(code, { instance })).toEqual(denied('code_already_used'));
  });

  it('R12: rows restored from before a success do not bring it back: the log knows', async () => {
    const code = person.code();
    expect(await person.send(code)).toMatchObject({ result: 'success' });
    await world.database.execute('UPDATE credentials SET last_step = -1 WHERE device = $1', [person.device]);
    expect(await person.send(code)).toEqual(denied('code_already_used'));
    expect(await person.successes()).toBe(1);
  });

  it('C1: a code is good one step early and one step late, and not two', async () => {
    expect(await person.send(person.code(-2))).toEqual(denied('invalid_code'));
    expect(await person.send(person.code(2))).toEqual(denied('invalid_code'));
    expect(await person.send(person.code(-1))).toMatchObject({ result: 'success' });
    expect(await person.send(person.code(1))).toMatchObject({ result: 'success' });
  });

  it('C2: with the clock two minutes back it denies, and counts that the clock went back', async () => {
    expect(await person.send(person.code())).toMatchObject({ result: 'success' });
    const now = world.now();
    world.clock.set(plusMillis(now, -120_000));
    expect(await person.send(person.code())).toEqual(denied('code_already_used'));
    world.clock.set(now);
    const metrics = await world.service.metrics.metrics();
    expect(metrics).toMatch(/smartkey_authentication_clock_regressions_total [1-9]/);
  });

  it('several devices: each signs in, and each code once', async () => {
    const second = await world.enrol(person.account, { digits: 8, period: 60, algorithm: 'SHA512' });
    const code = second.phone.codeAt(world.now());
    expect(await person.send(code)).toMatchObject({ result: 'success', deviceId: second.device });
    expect(await person.send(person.code())).toMatchObject({ result: 'success', deviceId: person.device });
    expect(await person.send(code)).toEqual(denied('code_already_used'));
    expect(await person.successes()).toBe(2);
  });
});

describe('the fence of the log', () => {
  it('where it has passed the instant of a decision, the decision is made again at a later one', async () => {
    const code = person.code();
    const fence = plusMillis(world.now(), 500);
    await world.service.store.raiseFence(fence);
    const sent = person.send(code);
    setTimeout(() => world.clock.advance(1_000), 20);
    const { result, decidedAt } = await sent;
    expect(result).toBe('success');
    expect(decidedAt! > fence).toBe(true);
    expect(await person.successes()).toBe(1);
  });
});

describe('a command sent again', () => {
  it('R5: finds its own success, also much later, and makes no second fact', async () => {
    const code = person.code();
    const first = await person.send(code, { commandId: 'command-1' });
    expect(first).toMatchObject({ result: 'success' });
    expect(await person.send(code, { commandId: 'command-1' })).toEqual(first);
    expect(await person.send(code, { commandId: 'command-2' })).toEqual(denied('code_already_used'));
    world.clock.advance(3_600_000);
    expect(await person.send(person.code(), { commandId: 'command-3' })).toMatchObject({ result: 'success' });
    expect(await person.send(code, { commandId: 'command-1' })).toEqual(first);
    expect(await person.successes()).toBe(2);
  });

  it('with another code it is no repeat: an idempotency key used for ever is told no old success', async () => {
    expect(await person.send(person.code(), { commandId: 'constant' })).toMatchObject({ result: 'success' });
    world.clock.advance(86_400_000);
    expect(await person.send(person.wrongCode(), { commandId: 'constant' })).toEqual(denied('invalid_code'));
  });
});
