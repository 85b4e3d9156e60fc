import { incarnationsOf, type LogFeeds, type ServiceName } from '@smartkey/event-bus';
import type { MarkBoard } from './mark-board.ts';
import type { MarkRow, Marks } from './marks.ts';

/** How often a mark that another process moves is looked for (system time). */
const LOOK_MILLIS = 50;

/** Tells whether consumers have taken in a log up to a place. */
export class Progress {
  constructor(
    private readonly parts: {
      readonly marks: Marks;
      readonly board: MarkBoard;
      readonly feeds: LogFeeds;
      readonly partitions: (source: ServiceName) => Promise<number>;
    },
  ) {}

  /**
   * Waits until the consumer has taken in everything at or before a position of a source that it reads.
   * @param consumer its name; asked for afresh after each look in vain, for another generation may serve by then.
   * @returns false where that took longer than `timeoutMillis` (system time).
   */
  async reached(
    consumer: (afresh: boolean) => Promise<string>,
    source: ServiceName,
    position: bigint,
    timeoutMillis: number,
  ): Promise<boolean> {
    const until = performance.now() + timeoutMillis;
    for (let afresh = false; ; afresh = true) {
      const name = await consumer(afresh);
      if (await this.isAt(name, source, position)) return true;
      const left = until - performance.now();
      if (left <= 0) return false;
      await this.parts.board.next(name, Math.min(left, LOOK_MILLIS));
    }
  }

  async isAt(consumer: string, source: ServiceName, position: bigint): Promise<boolean> {
    const { board, marks } = this.parts;
    const of = await this.parts.partitions(source);
    const numbers = Array.from({ length: of }, (_, number) => number);
    if (
      numbers.every((number) => (board.position({ consumer, source, partition: number }) ?? -1n) >= position)
    )
      return true;
    const own = (await marks.all(consumer)).filter((mark) => mark.source === source);
    // Without a mark it has not begun, or has been swapped out meanwhile.
    if (own.length < of) return false;
    for (const mark of own)
      if (mark.position < position && (await this.#misses(mark, of, position))) return false;
    for (const { partition } of own) board.moved({ consumer, source, partition }, { position });
    return true;
  }

  /** Whether there is a message on the partition after the mark and at or before the position. */
  async #misses(mark: MarkRow, of: number, position: bigint): Promise<boolean> {
    for (let after = mark.position; after < position;) {
      const page = await this.parts.feeds.read(mark.source, {
        after,
        limit: of === 1 ? 1 : 500,
        partition: { number: mark.partition, of },
      });
      const next = page.messages[0];
      if (next !== undefined) return next.position <= position;
      // The log may not have settled as far as the position yet: then nobody can know, but of a place that was given up with a loss.
      if (page.upTo <= after) return !(await this.#wasGivenUp(mark.source, position));
      after = page.upTo;
    }
    return false;
  }

  /** Whether a place was known before a loss was accepted: where the log ends before it, nothing will ever be there. */
  async #wasGivenUp(source: ServiceName, position: bigint): Promise<boolean> {
    const found = await this.parts.feeds.compare?.(source, []);
    if (found === undefined) return false;
    return incarnationsOf(found).some(({ oldHead }) => oldHead !== undefined && position <= oldHead.position);
  }
}
