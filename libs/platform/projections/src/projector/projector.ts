import { type Database, type Transaction, TransactionEndedError } from '@smartkey/database';
import type { Message, ServiceName } from '@smartkey/event-bus';
import type { Clock } from '@smartkey/kernel';
import type { Logger } from 'pino';
import { Consumer, type ConsumerParts } from '../consumer.ts';
import { type Mark, markBehind, type MarkKey } from '../marks/marks.ts';
import type { Projection } from '../projection.ts';
import type { Intake } from './intake.ts';
import type { Parking } from './parking.ts';
import { isTransient, reasonOf } from './transient-error.ts';

export interface ProjectorParts extends ConsumerParts {
  readonly projection: Projection;
  /** Name of the generation, and of its schema. */
  readonly generation: string;
  /** The service's database seen through the generation's schema. */
  readonly tables: Database;
  readonly parking: Parking;
  readonly clock: Clock;
  readonly log: Logger;
  /** Most messages of one transaction (default 5,000). */
  readonly batch?: number;
}

/** The projection's own `apply` refused the batch. */
class ApplyError extends Error {
  override readonly name = 'ApplyError';
}

/**
 * Keeps one generation of a projection up to date. Effects and mark are one transaction, the mark by compare-and-set, so that
 * any number of projectors may work on the same generation, and any delivery may come twice, late, or not at all.
 */
export class Projector extends Consumer<ProjectorParts> {
  constructor(parts: ProjectorParts) {
    super(parts, parts.generation, parts.projection);
  }

  /** Applies messages that follow the mark `from`, in transactions of at most a batch, and moves the mark to `to`. */
  protected override async advance(key: MarkKey, from: bigint, { messages, to }: Intake): Promise<void> {
    const batch = this.parts.batch ?? 5_000;
    let mark = from;
    let start = 0;
    do {
      const part = messages.slice(start, start + batch);
      start += part.length;
      const last = start >= messages.length;
      const behind = markBehind(part, mark);
      await this.#apply(key, mark, part, last ? { ...to, ...behind } : behind);
      mark = behind.position;
    } while (start < messages.length);
  }

  /** One batch. Where `apply` refuses it, halves, down to the one message that is parked with its stream. */
  async #apply(key: MarkKey, from: bigint, messages: readonly Message[], to: Mark): Promise<void> {
    try {
      await this.#commit(key, from, messages, to);
      this.moved(key, to);
      return;
    } catch (error) {
      if (!(error instanceof ApplyError)) throw error;
      if (messages.length === 1) return this.#park(key, from, messages[0]!, error.cause, to);
    }
    const middle = messages.length >>> 1;
    const between = markBehind(messages.slice(0, middle), from);
    await this.#apply(key, from, messages.slice(0, middle), between);
    await this.#apply(key, between.position, messages.slice(middle), to);
  }

  async #commit(key: MarkKey, from: bigint, all: readonly Message[], to: Mark): Promise<void> {
    const { tables, marks, parking, clock, projection } = this.parts;
    const { types } = projection;
    const messages = types === undefined ? all : all.filter(({ type }) => types.has(type));
    if (messages.length === 0) return marks.moveAlone(key, from, to);
    const folded = tables.transaction(async (tx) => {
      // The mark first: whoever is late finds out before it does the work.
      const parked = await marks.move(tx, key, from, to);
      await this.keepEarlier(tx, key, messages.length, to);
      let flowing = messages;
      if (parked > 0) {
        const streams = await parking.parkedAmong(tx, key, [...new Set(messages.map((m) => m.stream))]);
        if (streams.size > 0) {
          flowing = messages.filter((message) => !streams.has(message.stream));
          const joining = messages.filter((message) => streams.has(message.stream));
          await parking.join(tx, key, joining, clock.now());
        }
      }
      if (flowing.length === 0) return;
      await this.#fold(tx, flowing);
    });
    await folded.catch((error: unknown) => {
      // Our own statements pass their errors on; so it was one of the projection's that failed without a word.
      if (error instanceof TransactionEndedError)
        throw new ApplyError('a failure was swallowed', { cause: error });
      throw error;
    });
  }

  /** @throws ApplyError where the projection refuses, and not the database for now. */
  async #fold(tx: Transaction, messages: readonly Message[]): Promise<void> {
    try {
      await this.parts.projection.apply(tx, messages);
    } catch (error) {
      if (isTransient(error)) throw error;
      throw new ApplyError('the projection refused', { cause: error });
    }
  }

  async #park(key: MarkKey, from: bigint, message: Message, error: unknown, to: Mark): Promise<void> {
    const { tables, marks, parking, clock, log } = this.parts;
    await tables.transaction(async (tx) => {
      await marks.move(tx, key, from, to);
      await parking.park(tx, key, message, reasonOf(error), clock.now());
    });
    this.moved(key, to);
    const { stream, revision, type } = message;
    log.error({ err: error, generation: key.consumer, stream, revision, type }, 'a stream has been parked');
  }

  /**
   * Applies what waits in a parked stream, in order, each transaction together with its removal.
   * @returns what still waits: 0 where the stream is free again.
   */
  async retry(source: ServiceName, partition: number, stream: string): Promise<number> {
    const { tables, marks, parking, projection } = this.parts;
    const key = this.keyOf(source, partition);
    for (let batch = this.parts.batch ?? 5_000; ;) {
      let first: Message | undefined;
      try {
        const done = await tables.transaction(async (tx) => {
          await marks.hold(tx, key);
          const messages = await parking.waiting(tx, key, stream, batch);
          first = messages[0];
          if (first === undefined) return true;
          await this.#fold(tx, messages);
          return parking.release(tx, key, stream, messages.at(-1)!.position);
        });
        if (done) return 0;
      } catch (error) {
        if (!(error instanceof ApplyError)) throw error;
        // One by one, so that all before the culprit is applied.
        if (batch > 1) {
          batch = 1;
          continue;
        }
        const failed = first!;
        await tables.transaction((tx) => parking.failedAgain(tx, key, failed, reasonOf(error.cause)));
        const rest = await parking.list(projection.name, key.consumer);
        return rest.find((row) => row.source === source && row.stream === stream)?.waiting ?? 0;
      }
    }
  }
}
