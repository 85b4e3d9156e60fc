import { migrate, type Database, type ServerNews } from '@smartkey/database';
import type { Clock } from '@smartkey/kernel';
import { Trouble } from '@smartkey/lifecycle';
import type { PublishedBytes } from '../event-store.port.ts';
import { claimUnclaimed } from './claim-unclaimed.ts';
import { EventClaims } from './event-claims.ts';
import type { EventStoreDbConnection } from './eventstoredb-connection.ts';
import { EventStoreDbEventStore } from './eventstoredb-event-store.ts';
import { eventStoreDbLogMigrations } from './eventstoredb-log.migrations.ts';
import { EVENTSTOREDB_TIMES, type EventStoreDbTimes } from './eventstoredb-times.ts';
import { ForeignLogError, LogIdentity } from './log-identity.ts';
import { LogChanges } from './log-changes.ts';
import { LogInstance } from './log-instance.ts';
import { StreamAppender } from './stream-appender.ts';
import { StreamReader } from './stream-reader.ts';

export type WhenLost = 'refuse' | 'go-back' | 'open';

export interface EventStoreDbLogOptions {
  readonly connection: EventStoreDbConnection;
  /** The service's own, for claims, leases and the fence. */
  readonly database: Database;
  /** Business time, for `recordedAt`. */
  readonly clock: Clock;
  /** `smartkey.contract`: what stands before the `/` in the names of the log's streams on the server. */
  readonly log: string;
  /** Refuses what would be too large once it is published; where missing, nothing is published. */
  readonly publishedBytes?: PublishedBytes;
  readonly times?: Partial<EventStoreDbTimes>;
  /** Between the processes that append to it; missing where this is the only one. */
  readonly news?: ServerNews | undefined;
  /**
   * What happens where the server or the database has lost the log that the other has: it is refused (the default), it goes back, so that nothing is
   * appended until a person has decided, or it is opened as it is, to be looked at.
   */
  readonly whenLost?: WhenLost | undefined;
  /** Hears what goes wrong besides the calls: once for each unbroken row of failures. Default: nobody does. */
  readonly onTrouble?: (what: string, error: unknown) => void;
}

/**
 * Opens the log of a service in EventStoreDB: makes or brings up to date its tables (safe with several instances), and joins
 * those that append to it.
 * @throws EventStoreUnavailableError where the server cannot be reached; ForeignLogError where it holds another log, or has lost
 * this one and that is refused.
 */
export async function openEventStoreDbLog(options: EventStoreDbLogOptions): Promise<EventStoreDbEventStore> {
  const { connection, database, clock, log, news: server, onTrouble = () => undefined } = options;
  const { whenLost = 'refuse' } = options;
  const times = { ...EVENTSTOREDB_TIMES, ...options.times };
  const prefix = `${log}/`;
  const reader = new StreamReader(connection, prefix, times);
  const end = await reader.serverEnd();
  await migrate(database, eventStoreDbLogMigrations, 'eventstoredb-log');
  const identity = new LogIdentity({ connection, database, log }, times);
  const lost = await identity.lost();
  if (lost !== undefined && whenLost === 'refuse') throw new ForeignLogError(lost);
  const claims = new EventClaims(database);
  // What is not the database's log gets no claims in it.
  const claim = () => claimUnclaimed(reader, claims);
  if (lost === undefined) await claim();
  const instance = await LogInstance.join(
    database,
    { lease: times.lease, append: times.deadline + times.settling, poll: times.poll },
    () => claims.releaseLeft(),
    (error) => onTrouble('the lease of the log could not be seen to', error),
  );
  const appender = new StreamAppender({ connection, reader, claims, instance }, times);
  const follow = (news: (event: { readonly position: bigint }) => void) =>
    new LogChanges(
      connection,
      prefix,
      end,
      (event) => {
        const { attempt } = (event.metadata ?? {}) as { readonly attempt?: string };
        if (attempt === undefined || !instance.wrote(attempt)) news(event);
      },
      new Trouble((error) => onTrouble('the log’s changes could not be followed', error)),
    );
  const { publishedBytes } = options;
  const channel = `${log}/fence`;
  const fenceNews = {
    tell: () => server?.tell(channel, 0n),
    stop: server?.hear(channel, () => instance.look()) ?? (() => undefined),
  };
  const store = new EventStoreDbEventStore({
    database,
    clock,
    publishedBytes,
    instance,
    reader,
    appender,
    follow,
    fenceNews,
    identity,
    claim,
  });
  if (whenLost === 'go-back') await store.standing.enterWhereLost();
  return store;
}
