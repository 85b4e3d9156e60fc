import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { plusMillis, type AccountId, type ContractId } from '@smartkey/kernel';
import { denied, World, type Enrolled } from '../testing/service.fixture.ts';

let world: World;
let contract: ContractId;
let account: AccountId;
let people = 0;

beforeAll(async () => (world = await World.open()));
afterAll(() => world?.close());
beforeEach(() => {
  contract = world.contract();
  account = world.owners.register(contract, `person-${++people}`, world.now());
});

const rowOf = async ({ device }: Enrolled) => {
  const [row] = await world.database.query<{
    status: string;
    sealed: string | null;
    ended_cause: string | null;
  }>('SELECT status, sealed, ended_cause FROM credentials WHERE device = $1', [device]);
  return row!;
};
const typesOf = async (): Promise<string[]> => (await world.events(account)).map(({ type }) => type);
const code = ({ phone }: Enrolled): string => phone.codeAt(world.now());
const issueAgain = ({ device, enrolment }: Enrolled, change: object = {}) =>
  world.service.call<{ secretBase32?: string; code?: string }>('/internal/credentials', {
    account,
    contract,
    externalIdDigest: 'digest',
    enrolment,
    device,
    digits: 6,
    period: 30,
    algorithm: 'SHA1',
    expiresAt: '2018-01-16T00:00:00.000Z',
    accountRevision: 1,
    ...change,
  });

describe('the secret of a device to be', () => {
  it.each([
    ['SHA1', 32],
    ['SHA256', 56],
    ['SHA512', 96],
  ] as const)(
    'V6: for %s it is %i characters of base 32, in whole groups, so without padding',
    async (algorithm, size) => {
      const { secretBase32 } = await world.issue(account, { algorithm });
      expect(secretBase32).toMatch(new RegExp(`^[A-Z2-7]{${size}}$`));
    },
  );

  it('is told again to the same enrolment until it is confirmed, then never', async () => {
    const enrolled = await world.issue(account);
    expect(await issueAgain(enrolled)).toMatchObject({
      status: 201,
      body: { secretBase32: enrolled.secretBase32 },
      headers: { 'x-smartkey-secret': '1' },
    });
    await world.confirm(enrolled, code(enrolled));
    expect(await issueAgain(enrolled)).toMatchObject({ status: 409, body: { code: 'already-confirmed' } });
    expect((await typesOf()).filter((type) => type === 'CredentialIssued')).toHaveLength(1);
  });

  it("a device's or enrolment's id of another is refused", async () => {
    const enrolled = await world.issue(account);
    expect(await issueAgain(enrolled, { enrolment: 'enr_other' })).toMatchObject({ status: 409 });
    expect(await issueAgain(enrolled, { device: 'dev_other' })).toMatchObject({ status: 409 });
  });

  it('L4: a new enrolment ends the one that waits, and its secret is gone', async () => {
    const first = await world.issue(account);
    const second = await world.issue(account);
    expect(await rowOf(first)).toEqual({ status: 'ended', sealed: null, ended_cause: 'superseded' });
    expect((await world.confirm(first, code(first))).body).toMatchObject({
      confirmed: false,
      reason: 'expired',
    });
    expect(await issueAgain(first)).toMatchObject({ status: 410, body: { code: 'enrolment-ended' } });
    expect((await world.confirm(second, code(second))).body).toEqual({ confirmed: true });
  });

  it('what the registry sends is checked', async () => {
    const enrolled = await world.issue(account);
    for (const change of [
      { digits: 7 },
      { period: 3600 },
      { algorithm: 'MD5' },
      { expiresAt: 'soon' },
      { seed: 'x' },
    ])
      expect((await issueAgain(enrolled, change)).status).toBe(422);
  });
});

describe('the confirming code', () => {
  it('confirms once; repeated it is the same answer, another one is none', async () => {
    const enrolled = await world.issue(account);
    const confirming = code(enrolled);
    expect((await world.confirm(enrolled, confirming)).body).toEqual({ confirmed: true });
    world.clock.advance(3_600_000);
    expect((await world.confirm(enrolled, confirming)).body).toEqual({ confirmed: true });
    expect((await world.confirm(enrolled, code(enrolled))).body).toMatchObject({
      confirmed: false,
      reason: 'already_confirmed',
    });
    expect(await typesOf()).toEqual(['CredentialIssued', 'CredentialConfirmed']);
  });

  it('does not make the device one to sign in with: that is for the registry to say', async () => {
    const enrolled = await world.issue(account);
    const { device, enrolment, phone } = enrolled;
    await world.confirm(enrolled, code(enrolled));
    const send = () => world.authenticate(contract, { id: account, code: phone.codeAt(world.now(), 1) });
    expect(await send()).toEqual(denied('no_active_device'));
    await world.tell(world.owners.saysOfAccount(account, 'DeviceEnrolled', { account, device, enrolment }));
    expect(await send()).toMatchObject({ result: 'success' });
  });

  it('B9: five wrong ones, then the enrolment is over and the secret gone; the account is not locked by them', async () => {
    const enrolled = await world.issue(account);
    const wrong = enrolled.phone.wrongCodeAt(world.now());
    const left = [];
    for (let tries = 0; tries < 5; tries++) left.push((await world.confirm(enrolled, wrong)).body);
    expect(left.map((answer) => answer['remainingTries'])).toEqual([4, 3, 2, 1, 0]);
    expect((await world.confirm(enrolled, code(enrolled))).body).toEqual({
      confirmed: false,
      reason: 'too_many_tries',
      remainingTries: 0,
    });
    expect(await rowOf(enrolled)).toEqual({ status: 'ended', sealed: null, ended_cause: 'too-many-tries' });
    const [guard] = await world.database.query('SELECT failures FROM attempts WHERE account = $1', [account]);
    expect(guard).toEqual({ failures: 0 });
  });

  it('L1: after its expiry none confirms, and the secret is gone, also before the timer has run', async () => {
    const enrolled = await world.issue(account);
    world.clock.advance(600_000);
    expect((await world.confirm(enrolled, code(enrolled))).body).toMatchObject({ reason: 'expired' });
    expect(await rowOf(enrolled)).toEqual({ status: 'ended', sealed: null, ended_cause: 'expired' });
  });

  it('L2: two at once are one confirmation', async () => {
    const enrolled = await world.issue(account);
    const confirming = code(enrolled);
    const answers = await Promise.all([
      world.confirm(enrolled, confirming),
      world.confirm(enrolled, confirming),
    ]);
    expect(answers.map(({ body }) => body)).toEqual([{ confirmed: true }, { confirmed: true }]);
    expect((await typesOf()).filter((type) => type === 'CredentialConfirmed')).toHaveLength(1);
  });

  it('of an unknown device, or for another enrolment, is 404; one that is no code 422', async () => {
    const enrolled = await world.issue(account);
    expect(
      (await world.confirm({ ...enrolled, device: 'dev_00000000000000000000000000' }, '123456')).status,
    ).toBe(404);
    expect(
      (await world.confirm({ ...enrolled, enrolment: 'enr_00000000000000000000000000' }, '123456')).status,
    ).toBe(404);
    expect((await world.confirm(enrolled, '12345')).status).toBe(422);
  });
});

describe('what becomes due by itself', () => {
  const due = () => world.service.assembly.dueWork!;

  it('an unconfirmed enrolment ends at its expiry, dated then, however late the timer runs; and again: nothing', async () => {
    await due().runDue(plusMillis(world.now(), 48 * 3_600_000));
    const expiresAt = plusMillis(world.now(), 60_000);
    const enrolled = await world.issue(account, { expiresAt });
    expect(await due().nextDue()).toBe(expiresAt);
    await due().runDue(plusMillis(expiresAt, -1));
    expect((await rowOf(enrolled)).status).toBe('pending');
    world.clock.advance(3_600_000);
    await due().runDue(world.now());
    await due().runDue(world.now());
    expect(await rowOf(enrolled)).toEqual({ status: 'ended', sealed: null, ended_cause: 'expired' });
    const events = await world.events(account);
    expect(events.map(({ type }) => type)).toEqual(['CredentialIssued', 'CredentialErased']);
    expect(events[1]!.occurredAt).toBe(expiresAt);
  });

  it('a confirmation that the registry never took up ends a day after its enrolment', async () => {
    const enrolled = await world.issue(account);
    await world.confirm(enrolled, code(enrolled));
    await due().runDue(plusMillis(world.now(), 24 * 3_600_000));
    expect((await rowOf(enrolled)).status).toBe('confirmed');
    await due().runDue(plusMillis(world.now(), 25 * 3_600_000));
    expect((await rowOf(enrolled)).status).toBe('ended');
  });
});

describe('the end of a device', () => {
  it.each([
    ['DeviceRevoked', 'revoked'],
    ['IdDeregistered', 'deregistered'],
  ] as const)('L7: at %s its secret is erased, for good', async (type, cause) => {
    const enrolled = await world.enrol(account);
    const { device } = enrolled;
    const ended = { account, spell: 1, registeredOn: '2018-01-15', lastDay: '2018-01-15' } as const;
    await world.tell(
      type === 'DeviceRevoked'
        ? world.owners.saysOfAccount(account, type, { account, device, cause: 'request' })
        : world.owners.saysOfAccount(account, type, { ...ended, cause: 'request' }),
    );
    expect(await rowOf(enrolled)).toEqual({ status: 'ended', sealed: null, ended_cause: cause });
    expect((await world.events(account)).at(-1)).toMatchObject({
      type: 'CredentialErased',
      data: { device, cause },
    });
  });

  it('L5: replaced, the old one works until the new one is enrolled, and not a moment longer', async () => {
    const old = await world.enrol(account);
    const fresh = await world.issue(account);
    await world.confirm(fresh, code(fresh));
    const signIn = (by: Enrolled, steps: number) =>
      world.authenticate(contract, { id: account, code: by.phone.codeAt(world.now(), steps) });
    expect(await signIn(old, 0)).toMatchObject({ result: 'success', deviceId: old.device });
    const { device, enrolment } = fresh;
    await world.tell(
      world.owners.saysOfAccount(account, 'DeviceEnrolled', { account, device, enrolment }),
      world.owners.saysOfAccount(account, 'DeviceRevoked', {
        account,
        device: old.device,
        cause: 'replaced',
      }),
    );
    expect(await signIn(old, 1)).toEqual(denied('invalid_code'));
    expect(await signIn(fresh, 1)).toMatchObject({ result: 'success', deviceId: device });
  });
});
