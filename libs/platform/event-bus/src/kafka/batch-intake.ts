import { KeyedQueue } from '@smartkey/database';
import { deliveredBy } from '@smartkey/tracing';
import type { Batch, EachBatchPayload } from 'kafkajs';
import type { Logger } from 'pino';
import { Backoff } from '../embedded/backoff.ts';
import type { Delivery, Message, ServiceName, Subscriber, Watermark } from '../event-bus.port.ts';
import { decodeRecord, UndecodableRecordError } from './cloud-event.codec.ts';
import type { Troubles } from './troubles.ts';

export interface BatchIntakeOptions {
  readonly sourceOf: (topic: string) => ServiceName;
  /** How often the group is told that a slow handler is alive (system time). */
  readonly beatMillis: number;
  readonly troubles: Troubles;
  readonly log: Logger;
  /** Told of each record that is no event of ours. */
  readonly onUnreadable?: (source: ServiceName) => void;
}

/** Hands the batches of a consumer group to its subscriber: those of one partition one at a time, whichever client brings them. */
export class BatchIntake {
  readonly #closing = new AbortController();
  readonly #queue = new KeyedQueue();
  readonly #underWay = new Set<Promise<void>>();
  /** Of the partitions whose last delivery failed. */
  readonly #backoffs = new Map<string, Backoff>();

  constructor(
    private readonly subscriber: Subscriber,
    private readonly options: BatchIntakeOptions,
  ) {}

  /** Takes nothing more, and lets what is being handled finish. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#underWay);
  }

  /**
   * A delivery that fails rests its partition for a while and is fetched again; the others flow.
   * @throws what the group's coordinator refused, as the library gave it: it joins the group anew then. Kept here
   *   and tried again, it would be refused for ever, for the membership is gone.
   */
  async take(payload: EachBatchPayload): Promise<void> {
    const { topic, partition } = payload.batch;
    const work = this.#queue.run(nameOf(topic, partition), () => this.#takeAlone(payload));
    this.#underWay.add(work);
    try {
      await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  async #takeAlone({ batch, resolveOffset, pause, isRunning, ...payload }: EachBatchPayload): Promise<void> {
    if (!isRunning() || this.#closing.signal.aborted) return;
    const { topic, partition } = batch;
    const beat = new Heartbeat(payload.heartbeat, this.options.beatMillis);
    try {
      await deliveredBy({ system: 'kafka', destination: batch.topic }, () =>
        this.subscriber.handle(this.#deliveryOf(batch)),
      );
    } catch (error) {
      this.#rest(batch, error, pause());
      return;
    } finally {
      beat.stop();
    }
    this.#flows(topic, partition);
    resolveOffset(batch.lastOffset());
    beat.throwIfRefused();
    const offset = String(BigInt(batch.lastOffset()) + 1n);
    await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
  }

  #rest({ topic, partition }: Batch, error: unknown, resume: () => void): void {
    const { log, troubles } = this.options;
    const name = nameOf(topic, partition);
    let backoff = this.#backoffs.get(name);
    if (backoff === undefined)
      this.#backoffs.set(name, (backoff = new Backoff({ firstMillis: 50, mostMillis: 3_000 })));
    troubles.begin(name, error instanceof Error ? error.message : String(error));
    log.warn(
      { err: error, group: this.subscriber.group, topic, partition },
      'a delivery failed, to be repeated',
    );
    void backoff.wait(this.#closing.signal).then(resume);
  }

  #flows(topic: string, partition: number): void {
    const name = nameOf(topic, partition);
    this.#backoffs.delete(name);
    this.options.troubles.over(name);
  }

  #deliveryOf(batch: Batch): Delivery {
    const source = this.options.sourceOf(batch.topic);
    const messages: Message[] = [];
    let watermark: Watermark | undefined;
    for (const record of batch.messages) {
      try {
        const decoded = decodeRecord(record);
        if (decoded.kind === 'message') messages.push(decoded.message);
        else watermark = decoded.watermark;
      } catch (error) {
        if (!(error instanceof UndecodableRecordError)) throw error;
        this.options.onUnreadable?.(source);
        // Not lost: where it stood on the chain is a gap, which the subscriber fills from the source's log feed.
        this.options.log.error(
          { err: error, topic: batch.topic, partition: batch.partition, offset: record.offset },
          'a record cannot be read',
        );
      }
    }
    return {
      source,
      partition: batch.partition,
      messages,
      ...(watermark === undefined ? {} : { watermark }),
    };
  }
}

/** Tells the group that a handler is at work, and remembers where the group did not want to hear it. */
class Heartbeat {
  readonly #timer: NodeJS.Timeout;
  #refused: unknown;

  constructor(beat: () => Promise<void>, everyMillis: number) {
    this.#timer = setInterval(() => {
      beat().then(
        () => (this.#refused = undefined),
        (error: unknown) => (this.#refused = error),
      );
    }, everyMillis);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  throwIfRefused(): void {
    if (this.#refused !== undefined) throw this.#refused;
  }
}

const nameOf = (topic: string, partition: number): string => `${topic}/${partition}`;
