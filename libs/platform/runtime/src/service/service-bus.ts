import {
  EmbeddedEventBus,
  type EventBus,
  type FeedDirectory,
  type LogRelay,
  type LogToPublish,
} from '@smartkey/event-bus';
import type { KafkaBus, UnreadableRecords } from '@smartkey/kafka';
import type { Logger } from 'pino';

/** The bus of one service's process, and what it needs of the process. */
export interface ServiceBus {
  readonly bus: EventBus;
  /** What its consumers could not read. */
  readonly unreadable?: UnreadableRecords;
  /** What the service's topic holds and its log lacks. */
  readonly lostOfLog?: KafkaBus['lostOfLog'];
  readonly relayOf?: (log: LogToPublish) => Promise<LogRelay>;
  /** @throws where a consumer has taken nothing in for longer than so many milliseconds (system time). */
  check?(mostMillis: number): void;
  /** Calls back whenever a consumer was given partitions. */
  onAssigned?(listener: () => void): void;
  /** Lets what has been subscribed flow; once the service runs. */
  listen(): Promise<void>;
  close(): Promise<void>;
}

/** The other services' log feeds over HTTP are the bus, without a broker. */
export function feedBus(feeds: FeedDirectory, log: Logger): ServiceBus {
  const bus = new EmbeddedEventBus(feeds, { log });
  return { bus, listen: () => Promise.resolve(), close: () => bus.close() };
}
