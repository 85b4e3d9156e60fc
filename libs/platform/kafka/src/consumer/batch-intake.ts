import { deliveredBy } from '@smartkey/tracing';
import type { Batch, EachBatchPayload, IHeaders } from 'kafkajs';
import type { Logger } from 'pino';
import type { Delivery, Message, ServiceName, Subscriber, Watermark } from '@smartkey/event-bus';
import { messageOf } from '@smartkey/lifecycle';
import { decodeRecord } from '../records/cloud-event.codec.ts';
import { ForeignSystemError } from '../records/foreign-system-error.ts';
import { UndecodableRecordError } from '../records/undecodable-record-error.ts';
import { bytesOfRecord } from '../records/received-record.ts';
import type { Troubles } from '../health/troubles.ts';
import { type Fetched, PartitionIntake } from './partition-intake.ts';
import type { FoundRecord } from './unreadable-records.ts';

export interface BatchIntakeOptions {
  readonly groupId: string;
  readonly sourceOf: (topic: string) => ServiceName;
  readonly partitions: (source: ServiceName) => Promise<number>;
  /** The id of this installation, in bytes; missing: whose records are read is not looked at. */
  readonly system?: Uint8Array | undefined;
  /** Makes durable what cannot be read, before the batch counts as taken. */
  readonly keepUnreadable: (records: readonly FoundRecord[]) => Promise<void>;
  /** Told that a source's log goes on after a loss. */
  readonly onRestored?: (() => void) | undefined;
  readonly troubles: Troubles;
  readonly log: Logger;
  /** Most bytes that wait (default 16 MiB); what was under way when they are reached comes on top. */
  readonly mostBytes?: number;
}

const MOST_BYTES = 16 * 1024 * 1024;
/** So many records of a partition are handed over together where they wait: a transaction of a projection takes as many. */
const TOGETHER = 5_000;
/** So many partitions are taken in at the same time. */
const AT_ONCE = 4;

/**
 * Hands the batches of a consumer group to its subscriber: those of one partition one at a time, whichever client brings them. The library
 * fetches from a broker only once what it fetched last is off its hands; so batches wait here, and it fetches on. Nothing rests on that: the
 * subscriber's mark lies with its effects, offsets are committed behind what was handled, and what waits may be let go at any moment, for
 * it is fetched again from there (docs/decisions/0012-the-bus-on-kafka.md).
 */
export class BatchIntake {
  readonly #closing = new AbortController();
  readonly #partitions = new Map<string, PartitionIntake>();
  #bytes = 0;
  #busy = 0;
  readonly #forTurns: (() => void)[] = [];

  constructor(
    private readonly subscriber: Subscriber,
    private readonly options: BatchIntakeOptions,
  ) {}

  /** Takes nothing more, and lets what is being handled finish. What waits is let go. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.letGo();
    await Promise.allSettled([...this.#partitions.values()].map((each) => each.ended()));
  }

  /** Lets go of what waits: the group has been joined anew, and all is fetched again from the offsets that were committed. */
  letGo(): void {
    for (const partition of this.#partitions.values()) this.#bytes -= partition.letGo();
  }

  /** Puts a batch in its partition's line. Answers at once; where too much waits, no more of the partition is fetched. */
  take(payload: EachBatchPayload): Promise<void> {
    if (!payload.isRunning() || this.#closing.signal.aborted) return Promise.resolve();
    const { batch } = payload;
    const partition = this.#of(batch);
    const fetched = { payload, bytes: bytesOf(batch) };
    partition.add(fetched);
    this.#bytes += fetched.bytes;
    payload.resolveOffset(batch.lastOffset());
    if (this.#bytes > this.#mostBytes) partition.pause(fetched);
    partition.work ??= this.#workOff(partition);
    return Promise.resolve();
  }

  get #mostBytes(): number {
    return this.options.mostBytes ?? MOST_BYTES;
  }

  #of({ topic, partition }: Batch): PartitionIntake {
    const name = nameOfPartition(topic, partition);
    let known = this.#partitions.get(name);
    if (known === undefined) this.#partitions.set(name, (known = new PartitionIntake(name)));
    return known;
  }

  /** A delivery that fails rests its partition for a while and is tried again; the others flow. */
  async #workOff(partition: PartitionIntake): Promise<void> {
    for (let next = partition.next(TOGETHER); next.length > 0; next = partition.next(TOGETHER)) {
      try {
        await this.#inTurn(next);
      } catch (error) {
        if (this.#failed(partition, next[0]!, error)) await partition.rest();
        continue;
      }
      this.#handled(partition, next);
    }
    // In the same turn as the look that found nothing: what comes now begins another.
    partition.work = undefined;
  }

  #handled(partition: PartitionIntake, fetched: readonly Fetched[]): void {
    const { log, groupId, troubles } = this.options;
    partition.flows();
    troubles.over(partition.name);
    // What was let go meanwhile has been taken in all the same, and comes again: the mark drops it.
    if (!partition.done(fetched)) return;
    for (const { bytes } of fetched) this.#bytes -= bytes;
    partition.commit(fetched.at(-1)!, (error) =>
      log.debug({ err: error, groupId }, 'an offset was not committed'),
    );
    if (this.#bytes > this.#mostBytes / 2) {
      if (partition.isEmpty) partition.resume();
      return;
    }
    for (const each of this.#partitions.values()) if (!each.failing) each.resume();
  }

  /**
   * What was let go meanwhile is not tried again: it is fetched anew, by whomever, and a partition that was paused for it would be resumed by nobody.
   * @returns whether it still waits here.
   */
  #failed(partition: PartitionIntake, fetched: Fetched, error: unknown): boolean {
    const { log, troubles } = this.options;
    const { topic, partition: number } = fetched.payload.batch;
    if (this.#closing.signal.aborted) return false;
    const foreign = error instanceof ForeignSystemError;
    const where = { err: error, group: this.subscriber.group, topic, partition: number };
    // Once: the partition is looked at again until somebody has put the setting or the topic right.
    if (!foreign) log.warn(where, 'a delivery failed, to be repeated');
    else if (!troubles.stopped().includes(partition.name)) log.error(where, 'a topic is refused');
    if (!partition.holds(fetched)) return false;
    partition.failing = true;
    partition.pause(fetched);
    if (foreign) troubles.stop(partition.name, error.message);
    else troubles.begin(partition.name, messageOf(error));
    return true;
  }

  async #inTurn(fetched: readonly Fetched[]): Promise<void> {
    if (this.#busy >= AT_ONCE) await new Promise<void>((resolve) => this.#forTurns.push(resolve));
    else this.#busy += 1;
    try {
      const batches = fetched.map(({ payload }) => payload.batch);
      const { delivery, unreadable } = await this.#read(batches);
      if (unreadable.length > 0) await this.options.keepUnreadable(unreadable);
      const settings = { system: 'kafka', destination: batches[0]!.topic } as const;
      await deliveredBy(settings, () => this.subscriber.handle(delivery));
    } finally {
      const next = this.#forTurns.shift();
      if (next === undefined) this.#busy -= 1;
      else next();
    }
  }

  /** @param batches of one partition, in order. */
  async #read(
    batches: readonly Batch[],
  ): Promise<{ delivery: Delivery; unreadable: readonly FoundRecord[] }> {
    const { groupId, sourceOf, partitions, system, onRestored, log } = this.options;
    const { topic, partition } = batches[0]!;
    const source = sourceOf(topic);
    const place = { source, partition, of: await partitions(source), system };
    const messages: Message[] = [];
    const unreadable: FoundRecord[] = [];
    let watermark: Watermark | undefined;
    let incarnation: number | undefined;
    for (const record of batches.flatMap(({ messages }) => messages)) {
      try {
        const decoded = decodeRecord(record, place);
        if (decoded.kind === 'message') messages.push(decoded.message);
        else if (decoded.kind === 'watermark') watermark = decoded.watermark;
        else incarnation = Math.max(incarnation ?? 1, decoded.incarnation);
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
    if (incarnation !== undefined) onRestored?.();
    const delivery = {
      source,
      partition,
      messages,
      ...(watermark === undefined ? {} : { watermark }),
      ...(incarnation === undefined ? {} : { incarnation }),
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

/** Under which a partition's troubles are known. */
export const nameOfPartition = (topic: string, partition: number): string => `${topic}/${partition}`;
export const topicOfPartition = (name: string): string => name.slice(0, name.lastIndexOf('/'));

/** Of the records as they lie in the fetch: what is made of them around is not much. */
const bytesOf = ({ messages }: Batch): number =>
  messages.reduce((sum, record) => sum + bytesOfRecord(record), 0);
