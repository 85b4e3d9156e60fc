import type { Database, ServerNews } from '@smartkey/database';
import type { ServiceName } from '@smartkey/event-bus';
import { createEventStore, type EventStore, type PublishedBytes } from '@smartkey/event-store';
import type { WhenLost } from '@smartkey/event-store/eventstoredb';
import type { Clock } from '@smartkey/kernel';
import { keepLogPlace } from './log-place.ts';

/** The open log of a service. */
export interface ServiceLog {
  readonly store: EventStore;
  /** Rejects where the log cannot be used now; missing where the database's own check says it. */
  readonly check?: () => Promise<void>;
  /** Appends no more and waits for nothing more; reads go on. */
  close(): Promise<void>;
}

/** What a log is opened with. */
export interface LogParts {
  readonly database: Database;
  readonly clock: Clock;
  /** Missing where nothing is appended that others are to read. */
  readonly publishedBytes?: PublishedBytes;
  /** Between the processes of the database's server; missing where there is no other. */
  readonly news?: ServerNews | undefined;
  /** What happens where the log’s server or the service's database has lost the log that the other has (default: it is refused). */
  readonly whenLost?: WhenLost;
  /** Hears what goes wrong besides the calls. */
  readonly onTrouble?: (what: string, error: unknown) => void;
}

/** Opens the logs of the services of one process, each where it lies. */
export interface ServiceLogs {
  /** @throws ConfigurationError where the log was begun elsewhere, or its server cannot be used. */
  open(service: ServiceName, parts: LogParts): Promise<ServiceLog>;
  /** Closes all that is open. */
  close(): Promise<void>;
}

/** All logs in the services' own schemas. */
export const postgresLogs: ServiceLogs = {
  open: async (service, { database, clock, publishedBytes }) => {
    await keepLogPlace(database, service, 'postgres');
    const store = await createEventStore(database, clock, publishedBytes);
    return { store, close: () => Promise.resolve() };
  },
  close: () => Promise.resolve(),
};
