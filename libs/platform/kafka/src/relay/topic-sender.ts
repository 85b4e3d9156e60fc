import type { Producer } from 'kafkajs';
import type { EncodedRecord } from '../records/cloud-event.codec.ts';
import { BATCH_OVERHEAD_BYTES, cutByBytes, sizeOfRecord } from '../records/record-size.ts';
import { BATCH_BYTES } from '../topics/topic-limits.ts';
import { withinMillis } from '@smartkey/lifecycle';

/** A record on its way to a partition. */
export interface OutgoingRecord {
  readonly partition: number;
  readonly position: bigint;
  readonly record: EncodedRecord;
  /** What it takes in a batch. */
  readonly bytes: number;
}

/** The client library has called a send a success, and the brokers' answers do not name all that was to be sent. */
class UnansweredSendError extends Error {
  override readonly name = 'UnansweredSendError';
}

export interface TopicSenderOptions {
  readonly producer: Producer;
  readonly topic: string;
  /** The topic's `max.message.bytes`. */
  readonly limitBytes: number;
  /** Ends the waiting for answers. */
  readonly giveUp: AbortSignal;
}

/** What becomes of the records of one partition, in their order. */
export interface SendProgress {
  /** The brokers have acknowledged it, and all before it. */
  readonly sent: (record: OutgoingRecord) => void;
  /** No broker takes it: it alone is over the limit. */
  readonly leftOut: (record: OutgoingRecord) => void;
}

/** System time. A producer that has not answered by then is thrown away. */
const SEND_MILLIS = 60_000;
const ATTEMPTS = 3;
/** What brokers answer to a batch that is over a limit of theirs. */
const TOO_LARGE: ReadonlySet<unknown> = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

export const outgoing = (partition: number, position: bigint, record: EncodedRecord): OutgoingRecord => ({
  partition,
  position,
  record,
  bytes: sizeOfRecord(record),
});

/** Sends to a topic so that it is known of each partition what of it the brokers have (acks: all). */
export class TopicSender {
  constructor(private readonly options: TopicSenderOptions) {}

  /**
   * Records of one partition, in batches that the brokers take. Each batch is a call of its own: one call for several partitions
   * does not tell which of them went through where it fails.
   * @throws where a batch is not acknowledged; what was before it is.
   */
  async sendInOrder(records: readonly OutgoingRecord[], progress: SendProgress): Promise<void> {
    const { limitBytes } = this.options;
    // Where a topic takes more, for single events, batches need not be larger: a request has limits too.
    for (const batch of cutByBytes(records, Math.min(limitBytes, BATCH_BYTES))) {
      const [first] = batch;
      if (batch.length === 1 && first!.bytes + BATCH_OVERHEAD_BYTES > limitBytes) progress.leftOut(first!);
      else await this.#sendBatch(batch, progress);
    }
  }

  /** One record to each of several partitions. */
  async sendEach(records: readonly OutgoingRecord[]): Promise<void> {
    await this.#sendAnswered(records);
  }

  /** Halves what is too large for the brokers after all: their limit may have been lowered a moment ago. */
  async #sendBatch(batch: readonly OutgoingRecord[], progress: SendProgress): Promise<void> {
    try {
      await this.#sendAnswered(batch);
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      if (batch.length === 1) return progress.leftOut(batch[0]!);
      const half = Math.ceil(batch.length / 2);
      await this.#sendBatch(batch.slice(0, half), progress);
      await this.#sendBatch(batch.slice(half), progress);
      return;
    }
    progress.sent(batch.at(-1)!);
  }

  /**
   * The library resolves a send although partitions that changed their leader while it was under way were never sent (its
   * `brokersWithoutResponse`): what the answer does not name is sent again.
   */
  async #sendAnswered(records: readonly OutgoingRecord[]): Promise<void> {
    let rest = records;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const answered = await this.#send(rest);
      rest = rest.filter(({ partition }) => !answered.has(partition));
      if (rest.length === 0) return;
    }
    const partitions = [...new Set(rest.map(({ partition }) => partition))].join(', ');
    throw new UnansweredSendError(`no answer names partition ${partitions} of ${this.options.topic}`);
  }

  async #send(records: readonly OutgoingRecord[]): Promise<ReadonlySet<number>> {
    const { producer, topic, giveUp } = this.options;
    const messages = records.map(({ partition, record }) => ({ partition, ...record }));
    const answers = await withinMillis(
      producer.send({ topic, acks: -1, messages }),
      SEND_MILLIS,
      'publishing',
      giveUp,
    );
    return new Set(
      answers
        .filter(({ topicName, errorCode }) => topicName === topic && errorCode === 0)
        .map(({ partition }) => partition),
    );
  }
}

function isTooLarge(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (TOO_LARGE.has((cause as { type?: unknown }).type)) return true;
  return false;
}
