import type { Instant } from '@smartkey/kernel';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import {
  DatabaseUnavailableError,
  openPostgres,
  type Database,
  type DatabaseServer,
} from '@smartkey/database';
import { startPostgres, TestClock, type PostgresHarness } from '@smartkey/testing';
import { FakeEventStoreDb } from '@smartkey/testing/eventstoredb';
import type { AppendResult } from '../index.ts';
import { eventsOf } from '../contract/tested-log.contract.ts';
import {
  EventStoreDbConnection,
  openEventStoreDbLog,
  type EventStoreDbEventStore,
  type EventStoreDbTimes,
} from './index.ts';

/** Short, so that what is waited for in earnest is over soon. */
export const SHORT: EventStoreDbTimes = {
  deadline: 500,
  reading: 1_000,
  settling: 50,
  patience: 3_000,
  sameIds: 1_000,
  lease: 4_000,
  poll: 10,
};

export interface OpenedLog {
  readonly store: EventStoreDbEventStore;
  readonly database: Database;
  /** From now on the database fails every statement that matches. */
  cut(statements: RegExp): void;
  close(): Promise<void>;
}

/** One process that has a log open, on connections of its own. */
export async function openLog(options: {
  readonly fake: Pick<FakeEventStoreDb, 'connectionString'>;
  readonly databaseUrl: string;
  readonly log: string;
  readonly times?: Partial<EventStoreDbTimes>;
}): Promise<OpenedLog> {
  const { fake, databaseUrl, log, times = {} } = options;
  const server: DatabaseServer = await openPostgres(databaseUrl, { max: 5, news: true });
  const database = await server.database('service');
  let severed: RegExp | undefined;
  const connection = new EventStoreDbConnection(fake.connectionString);
  const store = await openEventStoreDbLog({
    connection,
    database: severable(database, () => severed),
    clock: new TestClock(),
    log,
    times: { ...SHORT, ...times },
    news: server.news,
  });
  return {
    store,
    database,
    cut: (statements) => (severed = statements),
    close: async () => {
      severed = undefined;
      await store.close();
      await connection.close();
      await server.close();
    },
  };
}

function severable(database: Database, severed: () => RegExp | undefined): Database {
  const guarded =
    <T>(run: (text: string, parameters?: readonly unknown[]) => Promise<T>) =>
    (text: string, parameters?: readonly unknown[]): Promise<T> =>
      severed()?.test(text)
        ? Promise.reject(new DatabaseUnavailableError('the database was cut off'))
        : run(text, parameters);
  return new Proxy(database, {
    get(target, name) {
      if (name === 'query') return guarded((text, parameters) => target.query(text, parameters));
      if (name === 'execute') return guarded((text, parameters) => target.execute(text, parameters));
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** A fake server and a database of each test, and the processes that have its log open. */
export class LogsUnderTest {
  fake!: FakeEventStoreDb;
  databaseUrl!: string;
  log!: string;
  #postgres!: PostgresHarness;
  readonly #opened: OpenedLog[] = [];

  /** Once a file. */
  static ready(): LogsUnderTest {
    const logs = new LogsUnderTest();
    beforeAll(async () => {
      logs.#postgres = await startPostgres();
    });
    beforeEach(async () => {
      logs.fake = await FakeEventStoreDb.start();
      logs.databaseUrl = await logs.#postgres.createDatabase();
      logs.log = `test-${randomUUID()}`;
    });
    afterEach(async () => {
      logs.fake.speakAgain();
      await logs.closeAll();
      await logs.fake.stop();
    });
    afterAll(() => logs.#postgres.stop());
    return logs;
  }

  async open(more: Partial<Parameters<typeof openLog>[0]> = {}): Promise<OpenedLog> {
    const { fake, databaseUrl, log } = this;
    const one = await openLog({ fake, databaseUrl, log, ...more });
    this.#opened.push(one);
    return one;
  }

  createDatabase(): Promise<string> {
    return this.#postgres.createDatabase();
  }

  async closeAll(): Promise<void> {
    for (const one of this.#opened.splice(0)) await one.close();
  }
}

export const appendTo = (
  { store }: OpenedLog,
  stream: string,
  stampedAt?: Instant,
  count = 1,
): Promise<AppendResult> =>
  store.append({
    stream,
    expected: 'any',
    events: eventsOf(stream, count),
    ...(stampedAt === undefined ? {} : { stampedAt }),
  });
