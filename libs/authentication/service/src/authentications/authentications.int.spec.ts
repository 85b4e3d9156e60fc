import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { plusMillis } from '@smartkey/kernel';
import {
  operator,
  providerOf,
  World,
  type Authenticated,
  type Enrolled,
} from '../testing/service.fixture.ts';

let world: World;
let contract: string;
let account: string;
let device: Enrolled;
let externalId: string;
let count = 0;

beforeAll(async () => (world = await World.open()));
afterAll(() => world.close());
beforeEach(async () => {
  world.owners.down = false;
  contract = world.contract();
  externalId = `person-${++count}`;
  account = world.owners.register(contract, externalId, world.now());
  device = await world.enrol(account);
});

const right = (steps = 0): string => device.phone.codeAt(world.now(), steps);
const wrong = (): string => device.phone.wrongCodeAt(world.now());
const send = (code: string, commandId?: string): Promise<Authenticated> =>
  world.authenticate(contract, { externalId, code }, { ...(commandId !== undefined && { commandId }) });
const denied = (reason: string) => ({ result: 'denied', reason });
const typesOf = async (): Promise<string[]> => (await world.events(account)).map(({ type }) => type);

describe('single use (RFC 6238, 5.2): what counts as a success (別紙1 備考2)', () => {
  it('R1: a right code is a success and one fact; the same again is refused and no fact', async () => {
    const code = right();
    expect(await send(code)).toEqual({
      id: expect.stringMatching(/^aut_/),
      result: 'success',
      deviceId: device.device,
      decidedAt: world.now(),
    });
    expect(await send(code)).toEqual(denied('code_already_used'));
    expect(await world.successes(account)).toBe(1);
    const fact = (await world.events(account)).at(-1)!;
    expect(fact).toMatchObject({ type: 'AuthSucceeded', version: 1, occurredAt: world.now() });
    expect(Object.keys(fact.data).sort()).toEqual(['account', 'authentication', 'contract', 'device']);
  });

  it('R8: after a code the one before it is refused and the one after it accepted', async () => {
    expect(await send(right())).toMatchObject({ result: 'success' });
    expect(await send(right(-1))).toEqual(denied('code_already_used'));
    expect(await send(right(1))).toMatchObject({ result: 'success' });
    expect(await send(right())).toEqual(denied('code_already_used'));
    expect(await world.successes(account)).toBe(2);
  });

  it('R9: the code that confirmed the enrolment is no login', async () => {
    const other = await world.issue(account);
    const code = other.phone.codeAt(world.now());
    expect((await world.confirm(other, code)).body).toEqual({ confirmed: true });
    const { device: id, enrolment } = other;
    await world.tell(
      world.owners.saysOfAccount(account, 'DeviceEnrolled', { account, device: id, enrolment }),
    );
    expect(await send(code)).toEqual(denied('code_already_used'));
    expect(await world.successes(account)).toBe(0);
  });

  it('R10: a code used under the external id is refused under the id', async () => {
    const code = right();
    expect(await send(code)).toMatchObject({ result: 'success' });
    expect(await world.authenticate(contract, { id: account, code })).toEqual(denied('code_already_used'));
  });

  it('R11: suspending and resuming, and a new data key, do not bring a code back', async () => {
    const code = right();
    expect(await send(code)).toMatchObject({ result: 'success' });
    await world.tell(
      world.owners.saysOfAccount(account, 'IdSuspended', { account }),
      world.owners.saysOfAccount(account, 'IdResumed', { account }),
      world.owners.saysOfAccount(account, 'DeviceSuspended', { account, device: device.device }),
      world.owners.saysOfAccount(account, 'DeviceResumed', { account, device: device.device }),
    );
    await world.service.secrets.dataKeys.rotate();
    await world.service.call('/internal/credentials/reseal', {});
    expect(await send(code)).toEqual(denied('code_already_used'));
  });

  it('C1: a code is good one step early and one step late, and not two', async () => {
    expect(await send(right(-2))).toEqual(denied('invalid_code'));
    expect(await send(right(2))).toEqual(denied('invalid_code'));
    expect(await send(right(-1))).toMatchObject({ result: 'success' });
    expect(await send(right(1))).toMatchObject({ result: 'success' });
  });

  it('C2: with the clock two minutes back it denies, and counts that the clock went back', async () => {
    const code = right();
    expect(await send(code)).toMatchObject({ result: 'success' });
    const now = world.now();
    world.clock.set(plusMillis(now, -120_000));
    expect(await send(right())).toEqual(denied('code_already_used'));
    world.clock.set(now);
    const metrics = await world.service.metrics.metrics();
    expect(metrics).toMatch(/smartkey_authentication_clock_regressions_total [1-9]/);
  });

  it('several devices: each signs in, and each code once', async () => {
    const second = await world.enrol(account, { digits: 8, period: 60, algorithm: 'SHA512' });
    const code = second.phone.codeAt(world.now());
    expect(await send(code)).toMatchObject({ result: 'success', deviceId: second.device });
    expect(await send(right())).toMatchObject({ result: 'success', deviceId: device.device });
    expect(await send(code)).toEqual(denied('code_already_used'));
    expect(await world.successes(account)).toBe(2);
  });
});

describe('lock-out of the account (NIST SP 800-63B)', () => {
  const guess = async (times: number): Promise<void> => {
    for (let guesses = 0; guesses < times; guesses++)
      expect(await send(wrong())).toEqual(denied('invalid_code'));
  };

  it('B1: after five wrong codes even the right one is locked out, for 30 s; no fact of it', async () => {
    await guess(5);
    expect(await send(right())).toEqual({ ...denied('locked'), retryAfterSeconds: 30 });
    world.clock.advance(29_001);
    expect(await send(right())).toEqual({ ...denied('locked'), retryAfterSeconds: 1 });
    world.clock.advance(999);
    expect(await send(right())).toMatchObject({ result: 'success' });
    expect(await typesOf()).toEqual([
      'CredentialIssued',
      'CredentialConfirmed',
      'AccountLocked',
      'AuthSucceeded',
    ]);
  });

  it('B3, B7: the next wait is twice as long, and attempts while locked do not extend it', async () => {
    await guess(5);
    for (let tries = 0; tries < 5; tries++) expect(await send(wrong())).toMatchObject({ reason: 'locked' });
    world.clock.advance(30_000);
    await guess(1);
    expect(await send(right())).toEqual({ ...denied('locked'), retryAfterSeconds: 60 });
    world.clock.advance(60_000);
    expect(await send(right())).toMatchObject({ result: 'success' });
  });

  it('B5: failures with any device count together, and a success with one forgets them', async () => {
    await world.enrol(account);
    await guess(4);
    expect(await send(right())).toMatchObject({ result: 'success' });
    await guess(4);
    expect(await send(right(1))).toMatchObject({ result: 'success' });
  });

  it('B4: the hundredth wrong code in a row locks until somebody unlocks', async () => {
    for (let failures = 0; failures < 100; failures++) {
      expect(await send(wrong())).toEqual(denied('invalid_code'));
      if (failures >= 4) world.clock.advance(3_600_000);
    }
    world.clock.advance(365 * 86_400_000);
    expect(await send(right())).toEqual(denied('locked'));
    expect((await world.service.call(`/internal/accounts/${account}/unlock`, {})).body).toEqual({
      unlocked: true,
    });
    expect((await world.service.call(`/internal/accounts/${account}/unlock`, {})).body).toEqual({
      unlocked: false,
    });
    expect(await send(right())).toMatchObject({ result: 'success' });
    expect((await typesOf()).filter((type) => type === 'AccountUnlocked')).toHaveLength(1);
  });

  it('B6: a new device, suspension and resumption do not forget failures', async () => {
    await guess(4);
    await world.enrol(account);
    await world.tell(
      world.owners.saysOfAccount(account, 'IdSuspended', { account }),
      world.owners.saysOfAccount(account, 'IdResumed', { account }),
    );
    await guess(1);
    expect(await send(right())).toMatchObject({ reason: 'locked' });
  });

  it('a code that was used already counts for nothing, however often it comes', async () => {
    const code = right();
    await send(code);
    for (let clicks = 0; clicks < 10; clicks++) expect(await send(code)).toEqual(denied('code_already_used'));
    expect(await send(right(1))).toMatchObject({ result: 'success' });
  });

  it('F4: a code of the other length is a wrong one, and counts', async () => {
    const eight = `${right()}00`;
    for (let tries = 0; tries < 5; tries++) expect(await send(eight)).toEqual(denied('invalid_code'));
    expect(await send(right())).toMatchObject({ reason: 'locked' });
  });

  it('an account registered again is the same account: lock and used codes survive its end', async () => {
    await guess(5);
    const spell = world.owners.facts(account).spells.at(-1)!;
    await world.tell(
      world.owners.saysOfAccount(account, 'IdDeregistered', {
        account,
        spell: spell.spell,
        registeredOn: spell.from,
        lastDay: '2018-01-31',
        cause: 'request',
      }),
    );
    expect(await send(right())).toEqual(denied('not_authenticated'));
    expect(world.owners.register(contract, externalId, world.now())).toBe(account);
    const again = await world.issue(account);
    await world.confirm(again, again.phone.codeAt(world.now()));
    await world.tell(
      world.owners.saysOfAccount(account, 'DeviceEnrolled', {
        account,
        device: again.device,
        enrolment: again.enrolment,
      }),
    );
    expect(await send(again.phone.codeAt(world.now(), 1))).toMatchObject({ reason: 'locked' });
  });
});

describe('a command sent again', () => {
  it('R5: finds its own success, also much later, and makes no second fact', async () => {
    const code = right();
    const first = await send(code, 'command-1');
    expect(first).toMatchObject({ result: 'success' });
    expect(await send(code, 'command-1')).toEqual(first);
    expect(await send(code, 'command-2')).toEqual(denied('code_already_used'));
    world.clock.advance(3_600_000);
    expect(await send(right(), 'command-3')).toMatchObject({ result: 'success' });
    expect(await send(code, 'command-1')).toEqual(first);
    expect(await world.successes(account)).toBe(2);
  });

  it('with another code it is no repeat: an idempotency key used for ever is told no old success', async () => {
    expect(await send(right(), 'constant')).toMatchObject({ result: 'success' });
    world.clock.advance(86_400_000);
    expect(await send(wrong(), 'constant')).toEqual(denied('invalid_code'));
  });
});

describe('reasons, in their order', () => {
  it('第5条3項: withheld, and again served once it is restored', async () => {
    const withheld = world.owners.saysOfContract(contract, 'ServiceWithheld', { reason: 'condition 3' });
    expect((await world.tell(withheld)).status).toBe(204);
    expect(await send(right())).toEqual(denied('service_withheld'));
    // Nobody has told of the restoration: the owner is asked before the refusal.
    world.owners.saysOfContract(contract, 'ServiceRestored', { reason: 'met' });
    expect(await send(right())).toMatchObject({ result: 'success' });
  });

  it('第6条: the contract ends at the end of its last day, to the millisecond, though nothing more was heard', async () => {
    await world.tell(
      world.owners.saysOfContract(contract, 'CancellationNotified', {
        cancellation: 'can_1',
        arrivedAt: world.now(),
        form: 'portal',
        effectiveDay: '2040-02-14',
      }),
    );
    world.clock.set('2040-02-14T14:59:59.999Z');
    expect(await send(right())).toMatchObject({ result: 'success', decidedAt: '2040-02-14T14:59:59.999Z' });
    world.clock.set('2040-02-14T15:00:00.000Z');
    expect(await send(right(1))).toEqual(denied('contract_ended'));
    expect(await world.successes(account)).toBe(1);
  });

  it('suspended, without a device, deregistered; and the owner is asked before each refusal', async () => {
    await world.tell(world.owners.saysOfAccount(account, 'IdSuspended', { account }));
    expect(await send(right())).toEqual(denied('id_suspended'));
    world.owners.saysOfAccount(account, 'IdResumed', { account });
    expect(await send(right())).toMatchObject({ result: 'success' });
    await world.tell(
      world.owners.saysOfAccount(account, 'DeviceRevoked', {
        account,
        device: device.device,
        cause: 'request',
      }),
    );
    expect(await send(right(1))).toEqual(denied('no_active_device'));
    expect(await typesOf()).toContain('CredentialErased');
  });

  it('unknown, foreign and deregistered are one answer, byte for byte', async () => {
    const foreign = world.contract();
    const theirs = world.owners.register(foreign, externalId, world.now());
    await world.enrol(theirs);
    const gone = world.owners.register(contract, `gone-${count}`, world.now());
    world.owners.saysOfAccount(gone, 'IdDeregistered', {
      account: gone,
      spell: 1,
      registeredOn: '2018-01-01',
      lastDay: '2018-01-02',
      cause: 'request',
    });
    const bodies = [
      { externalId: 'nobody', code: right() },
      { id: theirs, code: right() },
      { id: 'rid_00000000000000000000000000', code: right() },
      { id: gone, code: right() },
      { externalId: `gone-${count}`, code: right() },
      { id: '../../contracts', code: right() },
    ];
    for (const body of bodies)
      expect(await world.authenticate(contract, body)).toEqual(denied('not_authenticated'));
  });

  it('fails closed where an owner must be asked and is down; where nothing need be asked it goes on', async () => {
    expect(await send(right())).toMatchObject({ result: 'success' });
    world.owners.down = true;
    expect(await send(right(1))).toMatchObject({ result: 'success' });
    const answer = await world.service.call(
      '/v1/authentications',
      { externalId: 'nobody', code: '123456' },
      { actor: providerOf(contract) },
    );
    expect(answer).toMatchObject({ status: 503, body: { code: 'temporarily-unavailable' } });
  });

  it('a contract that hides its reasons says not_authenticated and nothing else, also when locked', async () => {
    await world.tell(world.owners.saysOfContract(contract, 'DenialReasonsSet', { disclosed: false }));
    const told = [
      await send(wrong()),
      await world.authenticate(contract, { externalId: 'nobody', code: right() }),
    ];
    for (let guesses = 0; guesses < 5; guesses++) told.push(await send(wrong()));
    expect(new Set(told.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set([JSON.stringify(denied('not_authenticated'))]),
    );
  });

  it('NFC: the same external id in another composition is the same person', async () => {
    const person = world.owners.register(contract, 'Zo\u00eb', world.now());
    const hers = await world.enrol(person);
    expect(
      await world.authenticate(contract, { externalId: 'Zoe\u0308', code: hers.phone.codeAt(world.now()) }),
    ).toMatchObject({ result: 'success' });
  });

  it('one step after another works without a word over the bus: register, enrol, sign in', async () => {
    const person = world.owners.register(contract, `fresh-${count}`, world.now());
    const body = (code: string) => ({ externalId: `fresh-${count}`, code });
    expect(await world.authenticate(contract, body('123456'))).toEqual(denied('no_active_device'));
    const hers = await world.issue(person);
    const { device: id, enrolment, phone } = hers;
    await world.confirm(hers, phone.codeAt(world.now()));
    world.owners.saysOfAccount(person, 'DeviceEnrolled', { account: person, device: id, enrolment });
    expect(await world.authenticate(contract, body(phone.codeAt(world.now(), 1)))).toMatchObject({
      result: 'success',
    });
  });
});

describe('the request', () => {
  const post = (body: unknown, actor = providerOf(contract)) =>
    world.service.call<{ code: string; errors?: { pointer: string }[] }>('/v1/authentications', body, {
      actor,
    });

  it.each([
    '12345',
    '1234567',
    '',
    ' 123456',
    '123 456',
    '123456\n',
    '12345a',
    '-12345',
    '1e5000',
    '0x1234',
    '１２３４５６',
    '٠١٢٣٤٥',
    '12\u200d3456',
    123456,
    ['123456'],
    { length: 6 },
    null,
    true,
  ])('F1–F3: the code %j is 422, and counts for nothing', async (code) => {
    for (let times = 0; times < 6; times++) {
      const { status, body } = await post({ externalId, code });
      expect({ status, code: body.code, pointer: body.errors?.[0]?.pointer }).toEqual({
        status: 422,
        code: 'validation-failed',
        pointer: '/code',
      });
    }
    expect(await send(right())).toMatchObject({ result: 'success' });
  });

  it.each<[string, object]>([
    ['no code', { externalId: 'a' }],
    ['nobody', { code: '123456' }],
    ['somebody twice', { externalId: 'a', id: 'rid_1', code: '123456' }],
    ['an unknown field', { externalId: 'a', code: '123456', epoch: 1 }],
    ["a client's own time", { externalId: 'a', code: '123456', time: '2018-01-01T00:00:00Z' }],
    ['an empty external id', { externalId: '', code: '123456' }],
    ['a long external id', { externalId: 'x'.repeat(257), code: '123456' }],
    ['half a surrogate pair', { externalId: '\ud800', code: '123456' }],
    ['a contract of its own choice', { externalId: 'a', code: '123456', contract: 'ctr_1' }],
  ])('%s is 422', async (_name, body) => expect((await post(body)).status).toBe(422));

  it('an operator names the contract; an unknown one is 404', async () => {
    const code = right();
    expect(await post({ externalId, code }, operator)).toMatchObject({ status: 422 });
    expect(await post({ externalId, code, contract: 'ctr_none' }, operator)).toMatchObject({ status: 404 });
    expect(await post({ externalId, code, contract }, operator)).toMatchObject({
      status: 200,
      body: { result: 'success' },
    });
  });

  it('is for service providers, contractors and operators, and its answers are not kept by caches', async () => {
    for (const role of ['finance', 'auditor'] as const)
      expect(await post({ externalId, code: right() }, { role, key: 'key_1' })).toMatchObject({
        status: 403,
      });
    const answer = await post({ externalId, code: right() });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['etag']).toMatch(/^"\d+"$/);
    expect(answer.headers['consistency-token']).toEqual(expect.any(String));
  });
});
