import type { Anchor } from '@smartkey/event-store';
import type { ContractId, Instant } from '@smartkey/kernel';
import type { AnchorsFound, ReadAnchor } from './feed/read-anchors.ts';

/** The services that publish; each has one log and one topic, `smartkey.<service>`. Each stands behind those whose watermarks it waits for. */
export const SERVICES = ['contract', 'device-registry', 'authentication', 'billing'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** An event as other services see it: in the published language, without personal data and secrets. */
export interface Message {
  readonly id: string;
  readonly source: ServiceName;
  readonly type: string;
  readonly version: number;
  readonly stream: string;
  readonly revision: number;
  /** Place in the log of the source. */
  readonly position: bigint;
  /** Position of the message before this one on the same partition; 0n for the first. */
  readonly previous: bigint;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  /** Hex SHA-256 that the log chains the event by; missing on what lies on a topic from a version that did not tell it. */
  readonly hash?: string;
  /** The contract that the event belongs to, where there is one. */
  readonly contract?: ContractId;
  readonly traceparent?: string;
  /** How often the source's log had begun anew after a loss when it was written; missing: 1, the first. */
  readonly incarnation?: number;
  readonly data: unknown;
}

/**
 * The source's promise that everything that occurred before `instant` (online facts), and every timer due at or before
 * it, is at or before `position` on this partition.
 */
export interface Watermark {
  readonly instant: Instant;
  readonly position: bigint;
  /** How often the source's log had begun anew after a loss when it was made; missing: it comes straight from the log as it is now. */
  readonly incarnation?: number;
}

/** What arrives together: messages of one partition in order, and the newest watermark known behind them. */
export interface Delivery {
  readonly source: ServiceName;
  readonly partition: number;
  readonly messages: readonly Message[];
  readonly watermark?: Watermark;
  /** The latest incarnation of the source's log that its records tell of; missing: they tell of none but what they bear themselves. */
  readonly incarnation?: number;
  /** Something on the partition could not be read: what it was must be looked up in the source's log feed. */
  readonly unreadable?: true;
}

export interface Subscriber {
  /** Names the consumer: one group per projection version or reactor. */
  readonly group: string;
  readonly sources: readonly ServiceName[];
  /** Where the subscriber stands, as its own durable mark says; the bus keeps no truth of its own. */
  positionOf(source: ServiceName, partition: number): Promise<bigint>;
  /** The last event that it has taken in there, to know the log again by; undefined where none is remembered. */
  eventOf(source: ServiceName, partition: number): Promise<Anchor | undefined>;
  /** Must have made its effects durable when it answers. A throw: delivered again, later, in order. */
  handle(delivery: Delivery): Promise<void>;
}

export interface Subscription {
  close(): Promise<void>;
}

/** At-least-once, in order per partition, with duplicates and, on a real broker, gaps to be expected. */
export interface EventBus {
  subscribe(subscriber: Subscriber): Promise<Subscription>;
  partitions(source: ServiceName): Promise<number>;
}

/** One page of a service's log in the published language, with the partition chain: for gaps, rebuilds and audit. */
export interface FeedPage {
  readonly messages: readonly Message[];
  /** Read on from here. */
  readonly upTo: bigint;
  /** The settled end of the log when the page was read; nothing more to read for now where it equals `upTo`. */
  readonly settled: bigint;
  readonly watermark?: Watermark;
  /** The log lacks the event that the reader has read last: the reader stops where it stands. */
  readonly known?: false;
}

export interface FeedRequest {
  readonly after: bigint;
  /**
   * Position of the chain's last message at or before `after`, to go on from; `after` itself where missing, which is
   * right for 0n and for the position of any message of the chain, such as a mark.
   */
  readonly previous?: bigint;
  readonly limit: number;
  /** The last event that the reader has, at or before `after`: the owner finds out by it where its log has gone back. */
  readonly event?: Anchor | undefined;
  /** Who reads, as the owner names it where its log lacks the event: `billing/billing_usage_ledger_v7_1/0`. */
  readonly reader?: string | undefined;
  /** Only this partition out of so many; all of them (one chain) where missing. */
  readonly partition?: { readonly number: number; readonly of: number };
  /**
   * Only messages of these types; `upTo` passes the others all the same. For readers that need a few of many and follow no chain: what
   * is left out is in no message's way.
   */
  readonly types?: readonly string[];
  /** The reader waits no longer: a call over the network ends. */
  readonly signal?: AbortSignal;
}

/** The log feeds of all services: over internal HTTP, or straight from the log in the same process. */
export interface LogFeeds {
  read(source: ServiceName, request: FeedRequest): Promise<FeedPage>;
  /**
   * Whether the owner of a log has what was read of it, and how that log began anew after losses.
   * @returns undefined where the owner cannot tell, or is not known.
   */
  compare?(source: ServiceName, anchors: readonly ReadAnchor[]): Promise<AnchorsFound | undefined>;
}
