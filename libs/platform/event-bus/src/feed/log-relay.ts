import type { Database } from '@smartkey/database';
import type { Clock } from '@smartkey/kernel';
import type { ServiceName } from '../event-bus.port.ts';
import type { LogFeed } from './log-feed.ts';
import type { ReadAnchor } from './read-anchors.ts';

/** A service's own log, as a bus that must be told of it needs it. */
export interface LogToPublish {
  readonly source: ServiceName;
  readonly feed: LogFeed;
  readonly database: Database;
  /** Business time. */
  readonly clock: Clock;
}

/** Publishes a log for as long as it runs. */
export interface LogRelay {
  start(): void;
  close(): Promise<void>;
  /** The last event that it has published on each partition, where it remembers it. */
  published?(): Promise<readonly ReadAnchor[]>;
  /** @throws where it could not publish for longer than so many milliseconds (system time). */
  check(mostMillis: number): void;
}
