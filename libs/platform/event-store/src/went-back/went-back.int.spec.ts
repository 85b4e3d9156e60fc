import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Database, type DatabaseServer, openPostgres } from '@smartkey/database';
import { type PostgresHarness, startPostgres, TestClock, until } from '@smartkey/testing';
import { anchorToJson, createEventStore, type Anchor, type PostgresEventStore } from '../index.ts';
import { testEvent } from '../contract/tested-log.contract.ts';

let postgres: PostgresHarness;
let server: DatabaseServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

/** Somebody's word of an event far behind the end of the log. */
const lacked = (position: bigint, incarnation: number): Anchor => ({
  position,
  id: '11111111-1111-4111-8111-111111111111',
  hash: 'ab'.repeat(32),
  stream: 'contract-1',
  revision: 9,
  incarnation,
});

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe('what is known of a log while a loss is accepted, on a PostgreSQL server', () => {
  let database: Database;
  let store: PostgresEventStore;
  beforeEach(async () => {
    server = await openPostgres(await postgres.createDatabase(), { max: 10 });
    database = await server.database('service');
    store = await createEventStore(database, new TestClock('2018-01-01T00:00:00.000Z'));
    await store.append({ stream: 'contract-1', expected: 'any', events: [testEvent('kept')] });
    const { standing } = store;
    const evidence = { reader: 'billing/ledger/0', known: lacked(1n << 40n, 1), detail: 'it has read more' };
    await standing.enter([evidence], await store.last());
    await standing.propose('anna', 'the disk is gone');
  });
  afterEach(() => server.close());

  /** Somebody else says what the log lacks, and holds it until `work` has to wait for that. */
  async function sayWhileItWaits(known: Anchor, work: () => Promise<unknown>): Promise<void> {
    const held = gate();
    const waits = gate();
    const said = database.transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock(event_log_lock())');
      held.open();
      await waits.opened;
      await tx.execute(
        `INSERT INTO log_evidence (reader, known, detail) VALUES ('topic', $1::jsonb, 'it has read more')`,
        [JSON.stringify(anchorToJson(known))],
      );
    });
    await held.opened;
    const done = work();
    await until(async () => {
      const [waiting] = await database.query(
        `SELECT 1 AS waits FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`,
      );
      return waiting !== undefined;
    });
    waits.open();
    await Promise.all([said, done]);
  }

  it('counts what is said in the very moment before: no number and no position comes again', async () => {
    const further = lacked(1n << 50n, 4);
    await sayWhileItWaits(further, () => store.standing.accept('ben'));
    expect(await store.standing.incarnations()).toMatchObject([{ number: 5 }]);
    await store.appendRestored({ stream: 'log-test', expected: 'any', events: [testEvent('told')] });
    const { position } = await store.append({
      stream: 'contract-1',
      expected: 'any',
      events: [testEvent('more')],
    });
    expect(position).toBeGreaterThan(further.position);
  });

  it('is no news where it was given up a moment before it was said', async () => {
    await store.standing.accept('ben');
    await store.appendRestored({ stream: 'log-test', expected: 'any', events: [testEvent('told')] });
    await store.standing.enter(
      [{ reader: 'late/0', known: lacked(1n << 40n, 1), detail: 'it has read more' }],
      await store.last(),
    );
    expect(await store.standing.since()).toBeUndefined();
  });

  it('carries out what follows in the same transaction, or accepts nothing', async () => {
    await expect(
      store.standing.accept('ben', async (tx) => {
        await tx.script('CREATE TABLE followed (by text)');
        throw new Error('the service cannot');
      }),
    ).rejects.toThrow('the service cannot');
    expect(await store.standing.since()).toBeDefined();
    expect(await store.standing.incarnations()).toEqual([]);
    const head = await store.last();
    const seen: unknown[] = [];
    const accepted = await store.standing.accept('ben', (_tx, loss) => Promise.resolve(void seen.push(loss)));
    expect(accepted).toMatchObject({ number: 2, head, by: ['anna', 'ben'], reason: 'the disk is gone' });
    expect(seen).toEqual([accepted]);
  });
});
