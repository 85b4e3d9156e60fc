import type { ServiceName } from '@smartkey/event-bus';
import { EventStoreUnavailableError } from '@smartkey/event-store';
import {
  EventStoreDbConnection,
  type EventStoreDbTimes,
  ForeignLogError,
  openEventStoreDbLog,
} from '@smartkey/event-store/eventstoredb';
import { Closers } from '@smartkey/kernel';
import { ConfigurationError } from '../config/configuration-error.ts';
import type { EventStoreSettings } from './eventstore-variables.ts';
import { keepLogPlace } from './log-place.ts';
import { postgresLogs, type ServiceLog, type ServiceLogs } from './service-logs.ts';

/** Authentication's stays in PostgreSQL: a code's single use rests on one transaction over rows and event. */
const MOVED: readonly ServiceName[] = ['contract', 'device-registry', 'billing'];

/** Kinds of the client's errors that say nothing but that. */
const SILENT = ['unavailable', 'deadline-exceeded', 'cancelled', 'timeout', 'not-leader'];

/** The logs in EventStoreDB, over one connection. */
export function eventStoreDbLogs(
  { url, prefix }: EventStoreSettings,
  times: Partial<EventStoreDbTimes> = {},
): ServiceLogs {
  const connection = connect(url);
  const opened: ServiceLog[] = [];
  return {
    open: async (service, parts) => {
      if (!MOVED.includes(service)) return postgresLogs.open(service, parts);
      const { database } = parts;
      const log = `${prefix}.${service}`;
      await keepLogPlace(database, service, `eventstoredb:${log}`);
      const store = await openEventStoreDbLog({ ...parts, connection, log, times }).catch(
        (error: unknown) => {
          throw told(error);
        },
      );
      const serviceLog = { store, check: () => store.check(), close: () => store.close() };
      opened.push(serviceLog);
      return serviceLog;
    },
    close: async () => {
      const closers = new Closers();
      closers.add('the connection to EventStoreDB', () => connection.close());
      for (const each of opened) closers.add('a log', () => each.close());
      await closers.close();
    },
  };
}

function connect(url: string): EventStoreDbConnection {
  try {
    return new EventStoreDbConnection(url);
  } catch (error) {
    // The client's own words repeat parts of the string.
    if (!(error instanceof Error)) throw error;
    throw new ConfigurationError(
      'EVENTSTORE_URL',
      'cannot be used: see its options, and that its files are there',
    );
  }
}

function told(error: unknown): unknown {
  if (error instanceof ForeignLogError)
    return new ConfigurationError('EVENTSTORE_URL', `cannot be used: ${error.message}`);
  const { type } = error as { readonly type?: string };
  if (error instanceof EventStoreUnavailableError || (type !== undefined && SILENT.includes(type)))
    return new ConfigurationError('EVENTSTORE_URL', 'names a server that does not answer');
  return type === 'access-denied'
    ? new ConfigurationError(
        'EVENTSTORE_URL',
        'names a user who may not read all of the server’s log ($all), or not write to it',
      )
    : error;
}
