import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openPostgres, type DatabaseServer } from '@smartkey/database';
import { startPostgres, type PostgresHarness } from '@smartkey/testing';
import type { Instance } from '../testing/instance.fixture.ts';
import { World, type Person } from '../testing/service.fixture.ts';

/** Two instances of the service, each with connections of its own, on one real PostgreSQL. */
let postgres: PostgresHarness;
let world: World;
let secondServer: DatabaseServer;
let instances: readonly Instance[];
let person: Person;

beforeAll(async () => {
  postgres = await startPostgres();
  const url = await postgres.createDatabase();
  world = await World.open(() => openPostgres(url));
  secondServer = await openPostgres(url);
  const second = await world.startInstance(await secondServer.database('authentication'));
  instances = [world.service, second];
});
afterAll(async () => {
  await world?.close();
  await secondServer?.close();
  await postgres?.stop();
});
beforeEach(async () => (person = await world.person()));

/** All codes at once, in turns to both instances. @returns how often each answer came. */
async function sendTogether(codes: readonly string[]): Promise<Record<string, number>> {
  const answers = await Promise.all(
    codes.map((code, index) => person.send(code, { instance: instances[index % instances.length]! })),
  );
  const counts: Record<string, number> = {};
  for (const { reason = 'success' } of answers) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

const times = (count: number, code: string): string[] => new Array<string>(count).fill(code);

describe('many at once, on two instances and one PostgreSQL', () => {
  it('R2: one right code a hundred times is one success, one fact, and ninety-nine refusals', async () => {
    expect(await sendTogether(times(100, person.code()))).toEqual({ success: 1, code_already_used: 99 });
    expect(await person.successes()).toBe(1);
  });

  it('B2: of two hundred wrong guesses the five free ones are answered, and all others are locked out', async () => {
    expect(await sendTogether(times(200, person.wrongCode()))).toEqual({ invalid_code: 5, locked: 195 });
    const locks = (await person.events()).filter(({ type }) => type === 'AccountLocked');
    expect(locks.map(({ data }) => data)).toEqual([expect.objectContaining({ failures: 5 })]);
  });

  it('B2: a right code among them succeeds before the lock or is locked out: never after it, never twice', async () => {
    const codes = times(200, person.wrongCode());
    codes[150] = person.code();
    const counts = await sendTogether(codes);
    expect(counts['success'] ?? 0).toBe(await person.successes());
    expect(await person.successes()).toBeLessThanOrEqual(1);
    // A success forgets the failures before it, so that at most twice the free ones are answered.
    const answered = counts['invalid_code']!;
    expect(answered).toBeGreaterThanOrEqual(5);
    expect(answered).toBeLessThanOrEqual((counts['success'] ?? 0) === 1 ? 9 : 5);
    expect(answered + (counts['success'] ?? 0) + counts['locked']!).toBe(200);
  });

  it('decisions about many accounts that wait together are one statement, and each has its own outcome', async () => {
    const people: Person[] = [];
    for (let n = 0; n < 9; n += 1) people.push(await world.person());
    const [first, wrong, overtaken, ...others] = people as [Person, Person, Person, ...Person[]];
    const { database } = world;
    const query = database.query.bind(database);
    const statements: string[] = [];
    let firstAsked!: () => void;
    const asked = new Promise<void>((resolve) => (firstAsked = resolve));
    let letFirstGo!: () => void;
    const held = new Promise<void>((resolve) => (letFirstGo = resolve));
    jest.spyOn(database, 'query').mockImplementation((async (
      text: string,
      parameters: readonly unknown[],
    ) => {
      if (text.includes('decide_attempt') && statements.push(text) === 1) {
        firstAsked();
        await held;
      }
      return query(text, parameters);
    }) as never);
    try {
      const sent = [first.send(first.code())];
      await asked;
      sent.push(...[overtaken, ...others].map((each) => each.send(each.code())));
      const denied = wrong.send(wrong.wrongCode());
      await new Promise((resolve) => setTimeout(resolve, 500));
      // By the other instance, while the decision of this one waits.
      expect(await overtaken.send(overtaken.code(), { instance: instances[1]! })).toMatchObject({
        result: 'success',
      });
      letFirstGo();
      const reasons = (await Promise.all(sent)).map(({ result, reason }) => reason ?? result);
      expect(reasons).toEqual(['success', 'code_already_used', ...others.map(() => 'success')]);
      expect(await denied).toMatchObject({ reason: 'invalid_code' });
    } finally {
      jest.restoreAllMocks();
    }
    expect(statements.map((text) => text.includes('decide_attempts_at_once('))).toEqual([false, true]);
    for (const each of [first, overtaken, ...others]) expect(await each.successes()).toBe(1);
  });

  it('several codes of a window at once: each step at most once, and never one behind a later one', async () => {
    const codes = [...times(30, person.code(-1)), ...times(30, person.code()), ...times(30, person.code(1))];
    const counts = await sendTogether(codes);
    expect(counts['success']! + counts['code_already_used']!).toBe(90);
    expect(counts['success']).toBe(await person.successes());
    expect(counts['success']).toBeLessThanOrEqual(3);
  });

  it('L8: a revocation told while the code is sent comes before or after the success: its answer stands', async () => {
    const sent = sendTogether(times(20, person.code()));
    await person.says('DeviceRevoked', { device: person.device, cause: 'request' });
    const successesThen = await person.successes();
    const counts = await sent;
    expect(await person.successes()).toBe(successesThen);
    expect(counts['success'] ?? 0).toBe(successesThen);
  });

  it('a wrong confirming code a hundred times: five are answered, then the enrolment is over', async () => {
    const enrolled = await world.issue(person.account);
    const wrong = enrolled.phone.wrongCodeAt(world.now());
    const answers = await Promise.all(Array.from({ length: 100 }, () => world.confirm(enrolled, wrong)));
    const reasons = answers.map(({ body }) => body['reason']);
    expect(reasons.filter((reason) => reason === 'invalid_code')).toHaveLength(5);
    expect(reasons.filter((reason) => reason === 'too_many_tries')).toHaveLength(95);
  });

  it('a second device confirmed while the first one signs in: both are answered, and both are facts', async () => {
    for (let round = 0; round < 40; round++) {
      const someone = await world.person();
      const enrolled = await world.issue(someone.account);
      const code = enrolled.phone.codeAt(world.now());
      const [confirmed, ...signedIn] = await Promise.all([
        instances[1]!.call(`/internal/credentials/${enrolled.device}/confirmation`, {
          enrolment: enrolled.enrolment,
          code,
        }),
        ...[-1, 0, 1].map((step) => someone.send(someone.code(step), { instance: instances[step & 1]! })),
        someone.send(someone.wrongCode()),
      ]);
      expect(confirmed).toMatchObject({ status: 200, body: { confirmed: true } });
      const types = (await someone.events()).map(({ type }) => type);
      expect(types.filter((type) => type === 'CredentialConfirmed')).toHaveLength(2);
      expect(types.filter((type) => type === 'AuthSucceeded')).toHaveLength(
        signedIn.filter(({ result }) => result === 'success').length,
      );
    }
  });

  it('one enrolment issued ten times at once is one secret', async () => {
    const request = {
      account: person.account,
      contract: person.contract,
      externalIdDigest: 'digest',
      enrolment: 'enr_same',
      device: 'dev_same',
      digits: 6,
      period: 30,
      algorithm: 'SHA1',
      expiresAt: '2030-01-01T00:00:00.000Z',
      accountRevision: 99,
    };
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        instances[index % 2]!.call<{ secretBase32: string }>('/internal/credentials', request),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(new Array(10).fill(201));
    expect(new Set(answers.map(({ body }) => body.secretBase32)).size).toBe(1);
  });
});
