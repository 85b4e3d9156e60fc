import { KeyedQueue } from '@smartkey/database';
import { deliveredBy } from '@smartkey/tracing';
import type { Batch, EachBatchPayload, IHeaders } from 'kafkajs';
import type { Logger } from 'pino';
import type { Delivery, Message, ServiceName, Subscriber, Watermark } from '@smartkey/event-bus';
import { Backoff, messageOf } from '@smartkey/lifecycle';
import { decodeRecord, UndecodableRecordError } from '../records/cloud-event.codec.ts';
import type { Troubles } from '../health/troubles.ts';
import type { FoundRecord } from './unreadable-records.ts';

export interface BatchIntakeOptions {
  readonly groupId: string;
  readonly sourceOf: (topic: string) => ServiceName;
  readonly partitions: (source: ServiceName) => Promise<number>;
  /** Makes durable what cannot be read, before the batch counts as taken. */
  readonly keepUnreadable: (records: readonly FoundRecord[]) => Promise<void>;
  /** How often the group is told that a slow handler is alive (system time). */
  readonly beatMillis: number;
  readonly troubles: Troubles;
  readonly log: Logger;
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
    const beat = new Heartbeat(payload.heartbeat, this.options.beatMillis);
    const work = this.#queue.run(nameOfPartition(topic, partition), () => this.#takeAlone(payload, beat));
    this.#underWay.add(work);
    try {
      await work;
    } finally {
      beat.stop();
      this.#underWay.delete(work);
    }
  }

  async #takeAlone(
    { batch, resolveOffset, pause, isRunning, ...payload }: EachBatchPayload,
    beat: Heartbeat,
  ): Promise<void> {
    if (!isRunning() || this.#closing.signal.aborted) return;
    const { topic, partition } = batch;
    try {
      const { delivery, unreadable } = await this.#read(batch);
      if (unreadable.length > 0) await this.options.keepUnreadable(unreadable);
      await deliveredBy({ system: 'kafka', destination: topic }, () => this.subscriber.handle(delivery));
    } catch (error) {
      this.#rest(batch, error, pause());
      return;
    }
    beat.stop();
    this.#flows(topic, partition);
    resolveOffset(batch.lastOffset());
    beat.throwIfRefused();
    const offset = String(BigInt(batch.lastOffset()) + 1n);
    await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
  }

  #rest({ topic, partition }: Batch, error: unknown, resume: () => void): void {
    const { log, troubles } = this.options;
    const name = nameOfPartition(topic, partition);
    let backoff = this.#backoffs.get(name);
    if (backoff === undefined)
      this.#backoffs.set(name, (backoff = new Backoff({ firstMillis: 50, mostMillis: 3_000 })));
    troubles.begin(name, messageOf(error));
    log.warn(
      { err: error, group: this.subscriber.group, topic, partition },
      'a delivery failed, to be repeated',
    );
    void backoff.wait(this.#closing.signal).then(resume);
  }

  #flows(topic: string, partition: number): void {
    const name = nameOfPartition(topic, partition);
    this.#backoffs.delete(name);
    this.options.troubles.over(name);
  }

  async #read(batch: Batch): Promise<{ delivery: Delivery; unreadable: readonly FoundRecord[] }> {
    const { groupId, sourceOf, partitions, log } = this.options;
    const { topic, partition } = batch;
    const source = sourceOf(topic);
    const place = { source, partition, of: await partitions(source) };
    const messages: Message[] = [];
    const unreadable: FoundRecord[] = [];
    let watermark: Watermark | undefined;
    for (const record of batch.messages) {
      try {
        const decoded = decodeRecord(record, place);
        if (decoded.kind === 'message') messages.push(decoded.message);
        else watermark = decoded.watermark;
      } catch (error) {
        if (!(error instanceof UndecodableRecordError)) throw error;
        const { offset, value } = record;
        log.error({ err: error, groupId, topic, partition, offset }, 'a record cannot be read');
        unreadable.push({
          group: groupId,
          topic,
          place,
          offset: BigInt(offset),
          headers: textsOf(record.headers),
          value,
          reason: error.message,
        });
      }
    }
    const delivery = {
      source,
      partition,
      messages,
      ...(watermark === undefined ? {} : { watermark }),
      ...(unreadable.length === 0 ? {} : { unreadable: true as const }),
    };
    return { delivery, unreadable };
  }
}

/** PostgreSQL keeps no NUL in a text. */
function textsOf(headers: IHeaders | undefined): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers ?? {}))
    texts[name.replaceAll('\0', '\uFFFD')] = [value].flat().map(String).join(', ').replaceAll('\0', '\uFFFD');
  return texts;
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

/** Under which a partition's troubles are known. */
export const nameOfPartition = (topic: string, partition: number): string => `${topic}/${partition}`;
