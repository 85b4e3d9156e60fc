import type { Sql, Transaction } from '@smartkey/database';
import type { ServiceName } from '@smartkey/event-bus';
import type { Instant } from '@smartkey/kernel';

/** A stream that a projection has set aside, because one of its messages could not be applied. */
export interface ParkedStream {
  readonly projection: string;
  readonly source: ServiceName;
  readonly stream: string;
  /** The contract whose close it blocks; missing where its messages name none. */
  readonly contract?: string;
  /** Revision of the message that failed, and how many wait, itself included. */
  readonly revision: number;
  readonly waiting: number;
  readonly error: string;
  readonly parkedAt: Instant;
}

/** Reading a projection's live generation. */
export interface ProjectionReader {
  /** The tables of the live generation. */
  readonly sql: Sql;
  /**
   * The same in one consistent snapshot, with the watermark of each source and the streams set aside as that snapshot
   * has them. A source whose watermark is not known yet is missing from the map.
   */
  snapshot<T>(
    work: (
      sql: Sql,
      watermarks: ReadonlyMap<ServiceName, Instant>,
      parked: readonly ParkedStream[],
      /** The log position reached on each partition, by `<source>/<partition>`: what a document records as read. */
      positions: ReadonlyMap<string, bigint>,
    ) => Promise<T>,
  ): Promise<T>;
  /**
   * Waits until the projection has applied everything up to a position of a source's log (a Consistency-Token).
   * @returns false where that took longer than `timeoutMillis` (default 5,000, system time).
   */
  reached(source: ServiceName, position: bigint, timeoutMillis?: number): Promise<boolean>;
  /** Waits, for at most a second, until it has applied what this service's own log held when the call came. */
  current(): Promise<void>;
  /**
   * Writes into the live generation in one transaction that no swap can come between: for facts told directly by their
   * owner, which the projection would write itself a moment later. What it writes must be idempotent with that.
   */
  change<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}
