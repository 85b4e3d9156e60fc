import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPostgres, type PostgresHarness, until, untilSeen } from '@smartkey/testing';
import { databaseContract } from '../database.contract.ts';
import { DatabaseUnavailableError, openPostgres, type Database, type DatabaseServer } from '../index.ts';

let postgres: PostgresHarness;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

databaseContract('PostgreSQL', async () => openPostgres(await postgres.createDatabase(), { max: 4 }));

describe('PostgreSQL by several connections', () => {
  let server: DatabaseServer;
  let database: Database;
  const broken: Error[] = [];
  beforeAll(async () => {
    server = await openPostgres(await postgres.createDatabase(), {
      max: 4,
      onConnectionError: (error) => broken.push(error),
    });
    database = await server.database('service');
    await database.script('CREATE TABLE t (id integer PRIMARY KEY)');
  });
  afterAll(() => server.close());

  /** Ends all other connections, and waits until this process has heard it of those that nobody uses. */
  const killOthers = async (inUse = 0): Promise<void> => {
    const before = broken.length;
    const killed = await database.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()',
    );
    await until(() => broken.length - before >= killed.length - inUse);
  };

  it('says by type that a server cannot be reached', async () => {
    await expect(openPostgres('postgres://postgres@127.0.0.1:1/none')).rejects.toBeInstanceOf(
      DatabaseUnavailableError,
    );
  });

  it('has no statement compiled, whatever the planner thinks that it will take', async () => {
    expect(
      await database.query(`SELECT current_setting('jit') AS jit, current_setting('TimeZone') AS zone`),
    ).toEqual([{ jit: 'off', zone: 'UTC' }]);
  });

  it('works side by side: a transaction does not hold up others', async () => {
    await database.transaction(async (tx) => {
      await tx.execute('INSERT INTO t VALUES (1)');
    });
    let release!: () => void;
    const held = new Promise<void>((resolve) => (release = resolve));
    const slow = database.transaction(async (tx) => {
      await tx.execute('INSERT INTO t VALUES (2)');
      await held;
    });
    expect(await database.query('SELECT id FROM t')).toEqual([{ id: 1 }]);
    release();
    await slow;
  });

  it('replaces connections that the server has ended', async () => {
    await Promise.all([1, 2, 3].map(() => database.query('SELECT pg_sleep(0.05)')));
    await killOthers();
    for (let i = 0; i < 10; i += 1) await database.query('SELECT 1');
    expect(await database.query('SELECT 2 AS two')).toEqual([{ two: 2 }]);
  });

  it('rejects what was under way on a connection that broke, as unavailable', async () => {
    const sleeping = database.transaction((tx) => tx.query('SELECT pg_sleep(30)'));
    const rejected = expect(sleeping).rejects.toBeInstanceOf(DatabaseUnavailableError);
    await untilSeen(
      () =>
        database.query(
          "SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%' AND pid <> pg_backend_pid()",
        ),
      ({ length }) => length > 0,
    );
    await killOthers(1);
    await rejected;
    expect(await database.query('SELECT 3 AS three')).toEqual([{ three: 3 }]);
  });

  it('says so when a lock was lost while its work ran', async () => {
    const work = database.exclusively('leader', async () => {
      await killOthers(1);
      await new Promise((resolve) => setTimeout(resolve, 200));
    });
    await expect(work).rejects.toBeInstanceOf(DatabaseUnavailableError);
    expect(await database.exclusively('leader', async () => 'again')).toBe('again');
  });

  describe('a lock is a lease', () => {
    const LEASE = 4_000;
    let leased: DatabaseServer;
    beforeAll(async () => {
      leased = await openPostgres(await postgres.createDatabase(), { lockLeaseMillis: LEASE });
    });
    afterAll(() => leased.close());
    const longer = () => new Promise((resolve) => setTimeout(resolve, 2 * LEASE));

    it('is kept by a holder that works longer than the lease, whose signs of life are no transactions', async () => {
      const shared = await leased.database('service');
      const ended = async (): Promise<number> => {
        const [row] = await shared.query<{ ended: bigint }>(
          'SELECT xact_commit + xact_rollback AS ended FROM pg_stat_database WHERE datname = current_database()',
        );
        return Number(row!.ended);
      };
      const heard = await shared.exclusively('leader', async (held) => {
        const before = await ended();
        await longer();
        // The look itself, and taking the lock, which the server may count late; there have been six signs of life.
        expect((await ended()) - before).toBeLessThanOrEqual(3);
        expect(await shared.exclusively('leader', async () => 'second', { wait: false })).toBeUndefined();
        return held.aborted;
      });
      expect(heard).toBe(false);
    });

    it('is lost by a holder that gave no sign of life, who knows it as soon as it goes on', async () => {
      const shared = await leased.database('service');
      const work = shared.exclusively('leader', async (held) => {
        // As a stopped process: nothing of it runs.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * LEASE);
        await new Promise((resolve) => setTimeout(resolve, 1));
        expect(held.aborted).toBe(true);
        expect(await shared.exclusively('leader', async () => 'another', { wait: false })).toBe('another');
      });
      await expect(work).rejects.toThrow(DatabaseUnavailableError);
    });
  });

  it('names a deadlock as something to be tried again', async () => {
    await database.execute('INSERT INTO t VALUES (11), (12)');
    const lock = (first: number, second: number) =>
      database.transaction(async (tx) => {
        await tx.execute('UPDATE t SET id = id WHERE id = $1', [first]);
        await new Promise((resolve) => setTimeout(resolve, 100));
        await tx.execute('UPDATE t SET id = id WHERE id = $1', [second]);
      });
    const ends = await Promise.allSettled([lock(11, 12), lock(12, 11)]);
    const failed = ends.filter((end) => end.status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(failed[0]!.reason).toBeInstanceOf(DatabaseUnavailableError);
  });

  it('makes a schema once, however many ask for it at the same time', async () => {
    await Promise.all(Array.from({ length: 6 }, () => server.database('asked-for')));
    expect(await database.query("SELECT FROM pg_namespace WHERE nspname = 'asked-for'")).toHaveLength(1);
  });
});
