import { type Anchor, anchorOf } from '@smartkey/event-store';
import { withinMillis } from '@smartkey/lifecycle';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { Place } from '../records/cloud-event.codec.ts';
import { topicExtent, type TopicExtent } from '../topics/topic-extent.ts';
import { decoded, withReader } from '../topics/with-reader.ts';

/** So many records are read of the end of a partition first; where they are all watermarks, more and more. */
const FIRST_LOOK = 64n;
const FURTHER = 16n;
/** System time. */
const PATIENCE_MILLIS = 60_000;

interface End {
  readonly partition: number;
  readonly low: bigint;
  readonly high: bigint;
  from: bigint;
  /** The offset that is read next. */
  next: bigint;
  found: Anchor | undefined;
}

/**
 * The last event that lay on each partition of a topic when it went so far, which is asked before anything is published; undefined where none did, or it bears no hash. A topic outlives the
 * database of its service: it knows of events that a log lacks.
 * @throws ForeignSystemError where what lies there is of another installation.
 */
export async function topicEnds(
  kafka: Kafka,
  {
    topic,
    groupId,
    extent,
    ...whose
  }: Pick<Place, 'source' | 'system'> & {
    readonly topic: string;
    readonly groupId: string;
    readonly extent: TopicExtent;
  },
): Promise<readonly (Anchor | undefined)[]> {
  const highThen = new Map(extent.map(({ partition, high }) => [partition, BigInt(high)]));
  // The topic may have been lost since, and be another one.
  const ends = (await topicExtent(kafka, topic))
    .map(({ partition, low: lowNow, high: highNow }): End => {
      const low = BigInt(lowNow);
      const high = least(highThen.get(partition) ?? low, BigInt(highNow));
      const from = beforeBy(high, FIRST_LOOK, low);
      return { partition, low, high, from, next: from, found: undefined };
    })
    .sort((a, b) => a.partition - b.partition);
  if (ends.some(({ low, high }) => low < high)) {
    await withReader(kafka, groupId, (consumer) =>
      withinMillis(readEnds(consumer, topic, whose, ends), PATIENCE_MILLIS, 'reading the ends of a topic'),
    );
  }
  return ends.map(({ found }) => found);
}

const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);
const beforeBy = (offset: bigint, by: bigint, low: bigint): bigint => (offset - by > low ? offset - by : low);

async function readEnds(
  consumer: Consumer,
  topic: string,
  whose: Pick<Place, 'source' | 'system'>,
  ends: readonly End[],
): Promise<void> {
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    const seek = ({ partition, from }: End): void =>
      consumer.seek({ topic, partition, offset: String(from) });
    consumer.on(consumer.events.CRASH, ({ payload: { error } }) => reject(error));
    consumer
      .run({
        autoCommit: false,
        eachBatch: async ({ batch }: EachBatchPayload) => {
          const end = ends[batch.partition]!;
          // Fetched before the seek.
          if (BigInt(batch.lastOffset()) < end.next || end.next >= end.high) return;
          try {
            const before = batch.messages.filter(({ offset }) => BigInt(offset) < end.high);
            const place = { ...whose, partition: end.partition, of: ends.length };
            for (const record of decoded(before, place))
              if (record.kind === 'message') end.found = anchorOf(record.message) ?? end.found;
          } catch (error) {
            // Another system's topic: a batch that fails would be brought again and again.
            reject(error as Error);
            return;
          }
          end.next = BigInt(batch.lastOffset()) + 1n;
          if (end.next >= end.high && end.found === undefined && end.from > end.low) {
            end.from = beforeBy(end.from, (end.high - end.from) * FURTHER, end.low);
            end.next = end.from;
            seek(end);
          }
          if (ends.every(({ next, high }) => next >= high)) resolve();
        },
      })
      .then(() => ends.filter(({ low, high }) => low < high).forEach(seek))
      .catch(reject);
  });
}
