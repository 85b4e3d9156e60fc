import type { Database } from '@smartkey/database';
import type { LogFeed, Message, ServiceName } from '@smartkey/event-bus';
import type { Logger } from 'pino';
import type { LeftToFeed } from './left-to-feed.ts';

/** A log and the topic that it is published to. */
export interface PublishedLog {
  readonly source: ServiceName;
  readonly topic: string;
  readonly partitions: number;
  /** Which installation this is: records bear it, and another one's topic is refused. Missing: neither. */
  readonly system?: string | undefined;
  /** The service's own log in the published language. */
  readonly feed: LogFeed;
  /** For the checkpoint, and for the lock that makes one instance the leader. */
  readonly database: Database;
  /** Why a message must not be published (its schema); `undefined` where it may be. */
  readonly refuse?: (message: Message) => string | undefined;
  readonly log: Logger;
  /** How often the log is looked at when nothing nudges (default 15,000, system time). */
  readonly pollMillis?: number;
  /** So often a promise is told again that has not been raised since (default 60,000, system time). */
  readonly promiseAgainMillis?: number;
  readonly batch?: number;
  /** Told how many events the brokers have acknowledged. */
  readonly onPublished?: (events: number) => void;
  /** Told of each event that is too large for the topic. */
  readonly onLeftToFeed?: (event: LeftToFeed) => void;
}
