import type { ServiceName } from '@smartkey/event-bus';
import { EventStoreUnavailableError } from '@smartkey/event-store';
import {
  EventStoreDbConnection,
  type EventStoreDbTimes,
  ForeignLogError,
  openEventStoreDbLog,
  tlsTrouble,
  type TlsTrouble,
} from '@smartkey/event-store/eventstoredb';
import { Closers } from '@smartkey/lifecycle';
import { ConfigurationError } from '@smartkey/configuration';
import type { EventStoreSettings } from './eventstore-variables.ts';
import { keepLogPlace } from './log-place.ts';
import { postgresLogs, type ServiceLog, type ServiceLogs } from './service-logs.ts';

/** Authentication's stays in PostgreSQL: a code's single use rests on one transaction over rows and event. */
const MOVED: readonly ServiceName[] = ['contract', 'device-registry', 'billing'];

/** Kinds of the client's errors that say nothing but that. */
const SILENT = ['unavailable', 'deadline-exceeded', 'cancelled', 'timeout', 'not-leader'];

/** The status of gRPC for a wrong password and an unknown user alike. */
const UNAUTHENTICATED = 16;

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
        async (error: unknown) => {
          throw await told(error, url);
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

const TLS_TROUBLES: Readonly<Record<TlsTrouble, string>> = {
  'unknown-authority':
    'names a server whose certificate is not trusted: tlsCAFile must name the certificate of the authority that signed it',
  'other-name':
    'names a server whose certificate is for another name: name it as the certificate does, or give it one for this name',
  'not-valid-now': 'names a server whose certificate has expired, or is not valid yet',
  'no-tls-there': 'asks for TLS, which the server does not speak: its options want tls=false',
  'only-tls-there': 'has tls=false, but the server speaks TLS',
};

async function told(error: unknown, url: string): Promise<unknown> {
  const refused = (sentence: string) => new ConfigurationError('EVENTSTORE_URL', sentence);
  if (error instanceof ForeignLogError) return refused(`cannot be used: ${error.message}`);
  const { type, code } = error as { readonly type?: string; readonly code?: number };
  if (error instanceof EventStoreUnavailableError || (type !== undefined && SILENT.includes(type))) {
    const trouble = await tlsTrouble(url);
    return refused(trouble === undefined ? 'names a server that does not answer' : TLS_TROUBLES[trouble]);
  }
  if (type !== 'access-denied') return error;
  // The client makes one error of both.
  return code === UNAUTHENTICATED
    ? refused('names a user whom the server does not know, or not with this password')
    : refused('names a user who may not read all of the server’s log ($all), or not write to it');
}
