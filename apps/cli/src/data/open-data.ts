import { folderKind, openPglite, openPostgres, type Database, type DatabaseServer } from '@smartkey/database';
import type { ServiceName } from '@smartkey/event-bus';
import { createEventStore, type EventStore } from '@smartkey/event-store';
import { SystemClock } from '@smartkey/identity';
import { whileOpen } from '@smartkey/lifecycle';
import type { Environment } from '@smartkey/configuration';
import { commonSettings, type LogParts, schemaOf, serviceLogs } from '@smartkey/runtime';
import { join } from 'node:path';
import { CommandError } from '../command.ts';
import { KEEPERS } from './services.ts';

type LogOptions = Partial<Pick<LogParts, 'clock' | 'whenLost'>>;

/** The data of a system, as its processes would open them. */
export interface Data {
  readonly server: DatabaseServer;
  /** Where they are, for messages. */
  readonly place: string;
  /** The schema of a service; `undefined` where it was never started on these data. */
  schema(service: string): Promise<Database | undefined>;
  /** Those of the services that ran on these data, one after the other. */
  started<S extends string>(
    services: readonly S[],
  ): AsyncIterable<{ readonly service: S; readonly database: Database }>;
  /** The schema of a service. @throws CommandError where it never ran on these data. */
  mustHave(service: string): Promise<Database>;
  /** The log of a service, in its schema or where `EVENTSTORE_URL` says; the gateway's is always in its schema. Default: by the machine's clock. */
  log(service: ServiceName | 'gateway', database: Database, options?: LogOptions): Promise<EventStore>;
}

/** After long work there may be much to write (system time). */
const CLOSING_MILLIS = 60_000;

/** Where the embedded database keeps its files. */
export const postgresFolder = (dataDir: string): string => join(dataDir, 'postgres');

/**
 * Opens the data for a piece of work: a PostgreSQL server where `DATABASE_URL` names one, else the data folder, which
 * nothing else may be running on.
 * @throws CommandError where there are none; FolderInUseError where a process works on them, ForeignFolderError where the folder is that
 *   of a cluster or a server.
 */
export async function withData<T>(env: Environment, work: (data: Data) => Promise<T>): Promise<T> {
  const { dataDir, databaseUrl } = commonSettings(env);
  if (databaseUrl === undefined && ['none', 'unknown'].includes(folderKind(dataDir)))
    throw new CommandError(`there are no data in ${dataDir} (SMARTKEY_DATA_DIR names the folder)`);
  const logs = await serviceLogs(env);
  return whileOpen(async (closers) => {
    const server =
      databaseUrl === undefined ? await openPglite(dataDir) : await openPostgres(named(databaseUrl));
    closers.add('the database', () => server.close());
    // Closed before the database, which it needs for that.
    closers.add('the logs', () => logs.close());
    const catalogue = await server.database('public');
    const schema = async (service: string): Promise<Database | undefined> => {
      const name = schemaOf(service);
      const [row] = await catalogue.query('SELECT 1 AS there FROM pg_namespace WHERE nspname = $1', [name]);
      return row === undefined ? undefined : catalogue.within(name);
    };
    const started: Data['started'] = async function* (services) {
      for (const service of services) {
        const database = await schema(service);
        if (database !== undefined) yield { service, database };
      }
    };
    const mustHave = async (service: string): Promise<Database> => {
      const database = await schema(service);
      if (database === undefined) throw new CommandError(`${service} never ran on these data`);
      return database;
    };
    const log: Data['log'] = async (service, database, { clock = new SystemClock(), ...options } = {}) =>
      service === 'gateway'
        ? createEventStore(database, clock)
        : (await logs.open(service, { database, clock, ...options })).store;
    const place = databaseUrl === undefined ? dataDir : 'the PostgreSQL server';
    const data = { server, schema, started, mustHave, log, place };
    await refuseNobodysData(data);
    return work(data);
  }, CLOSING_MILLIS);
}

/** A database that none of the services ever used is the wrong one. Its empty logs would be reported as sound. */
async function refuseNobodysData({ schema, place }: Data): Promise<void> {
  for (const keeper of KEEPERS) if ((await schema(keeper)) !== undefined) return;
  throw new CommandError(
    `no service ever ran on ${place}: see that SMARTKEY_DATA_DIR and DATABASE_URL name the right data`,
  );
}

/** How this program's connections are known on the server. */
export const APPLICATION_NAME = 'smartkey cli';

function named(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set('application_name', APPLICATION_NAME);
  return url.href;
}
