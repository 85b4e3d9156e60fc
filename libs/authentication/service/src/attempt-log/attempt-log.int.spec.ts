import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { providerOf, World, type Person } from '../testing/service.fixture.ts';

let world: World;
let person: Person;

beforeAll(async () => (world = await World.open()));
afterAll(() => world?.close());
beforeEach(async () => (person = await world.person()));

interface Row {
  readonly at: string;
  readonly id: string;
  readonly rid: string | null;
  readonly unknown_digest: string | null;
  readonly device: string | null;
  readonly key: string;
  readonly result: string;
  readonly reason: string | null;
  readonly client_ref: string | null;
  readonly address: string | null;
  readonly address_digest: Uint8Array | null;
  readonly network_digest: Uint8Array | null;
  readonly repeated: number | null;
}

const rows = async (contract = person.contract): Promise<Row[]> => {
  await world.service.attempts.uncounted.flush();
  return world.database.query<Row>('SELECT * FROM attempt_log WHERE contract = $1 ORDER BY at, reason', [
    contract,
  ]);
};
const send = (body: object) =>
  world.service.call('/v1/authentications', body, { actor: providerOf(person.contract) });

describe('the log of attempts', () => {
  it('holds a success and a wrong code from the statement that decided them', async () => {
    await person.send(person.code());
    world.clock.advance(1_000);
    await person.send(person.wrongCode());
    const [success, wrong] = await world.database.query<Row>(
      'SELECT * FROM attempt_log WHERE contract = $1 ORDER BY at',
      [person.contract],
    );
    const { account: rid, device } = person;
    expect(success).toMatchObject({ rid, device, key: 'key_provider', result: 'success', reason: null });
    expect(success!.id).toBe((await person.events()).find(({ type }) => type === 'AuthSucceeded')!.id);
    expect(wrong).toMatchObject({
      rid,
      device: null,
      result: 'denied',
      reason: 'invalid_code',
      repeated: null,
    });
  });

  it('holds every other denial soon after, and of an ID that the contract does not have the digest alone', async () => {
    const code = person.code();
    await person.send(code);
    await person.send(code);
    await send({ externalId: 'nobody@example.com', code });
    const foreign = await world.person();
    await send({ id: foreign.account, code });
    const denied = (await rows()).filter(({ result }) => result === 'denied');
    expect(denied.map(({ rid, reason }) => ({ rid, reason }))).toEqual([
      { rid: person.account, reason: 'code_already_used' },
      { rid: null, reason: 'not_authenticated' },
      { rid: null, reason: 'not_authenticated' },
    ]);
    expect(denied.map(({ unknown_digest: digest }) => digest?.length ?? 0)).toEqual([0, 43, 43]);
    expect(JSON.stringify(denied)).not.toContain(foreign.account);
    expect(await rows(foreign.contract)).toEqual([]);
  });

  it.each(['success', 'denied'] as const)(
    'what is cut off between the decision and the row of a %s leaves neither, and is decided again',
    async (result) => {
      const code = result === 'success' ? person.code() : person.wrongCode();
      const failures = async () =>
        (
          await world.database.query<{ failures: number }>(
            'SELECT failures FROM attempts WHERE account = $1',
            [person.account],
          )
        )[0]?.failures;
      const before = await failures();
      // The connection ends when all but the row is written.
      await world.database.script(`
        CREATE FUNCTION cut_off() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN RAISE EXCEPTION 'cut off' USING ERRCODE = '57P01'; END $$;
        CREATE TRIGGER cut_off BEFORE INSERT ON attempt_log FOR EACH ROW EXECUTE FUNCTION cut_off();`);
      try {
        await expect(person.send(code, { commandId: 'cut off' })).rejects.toThrow(/^5\d\d /);
      } finally {
        await world.database.script('DROP TRIGGER cut_off ON attempt_log; DROP FUNCTION cut_off();');
      }
      expect(await rows()).toEqual([]);
      expect([await person.successes(), await failures()]).toEqual([0, before]);
      expect(await person.send(code, { commandId: 'cut off' })).toMatchObject({ result });
      expect(await rows()).toMatchObject([{ result }]);
      expect(await person.successes()).toBe(result === 'success' ? 1 : 0);
    },
  );

  it('a repeat of a request is no second attempt', async () => {
    const code = person.code();
    const first = await person.send(code, { commandId: 'again' });
    expect(await person.send(code, { commandId: 'again' })).toEqual(first);
    expect(await rows()).toHaveLength(1);
  });

  it('keeps the reference and the address sealed, the address to be found by itself and by its network', async () => {
    const body = { externalId: person.externalId, clientRef: 'login:7', clientAddress: '::ffff:203.0.113.7' };
    await send({ ...body, code: person.code() });
    world.clock.advance(1_000);
    await send({ ...body, code: person.wrongCode(), clientAddress: '203.0.113.200' });
    const [first, second] = await rows();
    expect(first).toMatchObject({
      client_ref: expect.stringMatching(/^~v1\.s\./),
      address: expect.stringMatching(/^v1\.s\./),
    });
    expect(JSON.stringify([first, second])).not.toMatch(/203\.0\.113|login:7/);
    expect(first!.network_digest).toEqual(second!.network_digest);
    expect(first!.address_digest).not.toEqual(second!.address_digest);
  });

  it.each([
    ['/clientRef', { clientRef: 'has spaces' }],
    ['/clientRef', { clientRef: 'x'.repeat(65) }],
    ['/clientAddress', { clientAddress: '203.0.113.0/24' }],
    ['/clientAddress', { clientAddress: 'fe80::1%eth0' }],
  ])('%s refuses %j', async (pointer, fields) => {
    const answer = await send({ externalId: person.externalId, code: person.code(), ...fields });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    expect(await rows()).toEqual([]);
  });

  it('a guesser fills no table: five wrong codes, then sixty denials of one minute, then one row for all others', async () => {
    await Promise.all(Array.from({ length: 200 }, () => person.send(person.wrongCode())));
    const written = await rows();
    const of = (reason: string): Row[] => written.filter((row) => row.reason === reason);
    expect(of('invalid_code')).toHaveLength(5);
    expect(of('locked')).toHaveLength(61);
    expect(of('locked').filter(({ repeated }) => repeated !== null)).toMatchObject([{ repeated: 135 }]);
    await person.send(person.wrongCode());
    expect((await rows()).find(({ repeated }) => repeated !== null)).toMatchObject({ repeated: 136 });
    world.clock.advance(60_000);
  });

  it('nor does one who tries names: six hundred unknown ones of a minute have rows', async () => {
    const code = person.code();
    for (let name = 0; name < 620; name++) await send({ externalId: `name-${name}`, code });
    const unknown = (await rows()).filter(({ rid }) => rid === null);
    expect(unknown).toHaveLength(601);
    expect(unknown.find(({ repeated }) => repeated !== null)).toMatchObject({
      repeated: 20,
      unknown_digest: null,
    });
  });

  it('what could not be written is written later, once', async () => {
    await person.says('IdSuspended', {});
    await person.send(person.code());
    await world.database.script('ALTER TABLE attempt_log RENAME TO attempt_log_away');
    await expect(world.service.attempts.uncounted.flush()).rejects.toThrow();
    await world.database.script('ALTER TABLE attempt_log_away RENAME TO attempt_log');
    await person.send(person.code());
    expect(await rows()).toMatchObject([{ reason: 'id_suspended' }, { reason: 'id_suspended' }]);
  });

  it('in every month the successes are those of the log', async () => {
    for (const instant of [
      '2018-01-31T14:59:59.999Z',
      '2018-01-31T15:00:00.000Z',
      '2018-03-01T00:00:00.000Z',
    ] as const) {
      world.clock.set(instant);
      await person.send(person.code());
    }
    const byMonth = await world.database.query<{ table: string; successes: bigint }>(
      `SELECT tableoid::regclass::text AS table, count(*) AS successes FROM attempt_log
       WHERE contract = $1 AND result = 'success' GROUP BY 1 ORDER BY 1`,
      [person.contract],
    );
    expect(byMonth).toEqual([
      { table: 'attempt_log_2018_01', successes: 1n },
      { table: 'attempt_log_2018_02', successes: 1n },
      { table: 'attempt_log_2018_03', successes: 1n },
    ]);
    expect(await person.successes()).toBe(3);
  });

  it('a month that is over is dropped whole with its keys, after the months that are kept', async () => {
    const subjects = () =>
      world.database.query<{ subject: string }>(
        `SELECT subject FROM subject_keys WHERE subject LIKE $1 ORDER BY subject`,
        [`attempts/%/${person.contract}`],
      );
    const tables = () =>
      world.database.query<{ name: string }>(
        `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'attempt_log'::regclass ORDER BY 1`,
      );
    world.clock.set('2018-04-15T00:00:00.000Z');
    const body = { externalId: person.externalId, clientAddress: '2001:db8::1' };
    await send({ ...body, code: person.code() });
    world.clock.set('2019-05-31T14:59:59.999Z');
    await send({ ...body, code: person.code() });
    await world.service.attempts.months.keep();
    expect((await tables())[0]).toEqual({ name: 'attempt_log_2018_04' });
    expect(await subjects()).toHaveLength(2);
    world.clock.set('2019-05-31T15:00:00.000Z');
    await world.service.attempts.months.keep();
    const standing = (await tables()).map(({ name }) => name);
    expect(standing[0]).not.toBe('attempt_log_2018_04');
    expect(standing.slice(-3)).toEqual(['attempt_log_2019_06', 'attempt_log_2019_07', 'attempt_log_2019_08']);
    expect(await subjects()).toEqual([{ subject: `attempts/2019-05/${person.contract}` }]);
    expect(await rows()).toHaveLength(1);
  });
});
