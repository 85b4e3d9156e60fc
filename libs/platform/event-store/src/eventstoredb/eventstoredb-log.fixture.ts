import {
  DatabaseUnavailableError,
  openPostgres,
  type Database,
  type DatabaseServer,
} from '@smartkey/database';
import { TestClock } from '@smartkey/testing';
import type { FakeEventStoreDb } from '@smartkey/testing/eventstoredb';
import {
  EventStoreDbConnection,
  openEventStoreDbLog,
  type EventStoreDbEventStore,
  type EventStoreDbTimes,
} from './index.ts';

/** Short, so that what is waited for in earnest is over soon. */
export const SHORT: EventStoreDbTimes = {
  deadline: 500,
  settling: 50,
  patience: 3_000,
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
  const server: DatabaseServer = await openPostgres(databaseUrl, { max: 5 });
  const database = await server.database('service');
  let severed: RegExp | undefined;
  const connection = new EventStoreDbConnection(fake.connectionString);
  const store = await openEventStoreDbLog({
    connection,
    database: severable(database, () => severed),
    clock: new TestClock(),
    log,
    times: { ...SHORT, ...times },
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
