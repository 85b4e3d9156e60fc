import type { ServiceName } from '@smartkey/event-bus';
import type { Anchor, EventStore } from '@smartkey/event-store';
import type { Kafka } from 'kafkajs';
import type { KafkaSettings } from '../settings/kafka-settings.ts';
import { LostCounter, type LostOnTopic } from './lost-on-topic.ts';
import { readTopic } from './read-topic.ts';

/** What is known of a log that is held against its topic. */
export interface LogAndTopic {
  readonly store: Pick<EventStore, 'holds' | 'standing'>;
  /** Up to here the log is known to have what was read of it: 0n where nothing is. */
  readonly common: bigint;
  /** What is known beyond the log by others than the topic. */
  readonly known: readonly Anchor[];
  /** Which of the lost events are listed: so many behind the position. */
  readonly page: { readonly after: bigint; readonly limit: number };
  readonly onRecords?: (records: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * The events that the topic of a service holds and its log lacks: the topic is read whole, in the memory of a page.
 * @throws TopicUnreadableError, also where it was told to stop
 * @throws ForeignSystemError
 */
export async function lostOfLog(
  kafka: Kafka,
  settings: KafkaSettings,
  source: ServiceName,
  { store, common, known, page, onRecords, signal }: LogAndTopic,
): Promise<LostOnTopic> {
  const incarnations = await store.standing.incarnations();
  const counter = new LostCounter({ store, incarnations, common, known, page });
  const partitions = await readTopic(kafka, settings, source, {
    // A service reads in groups of its own name.
    purpose: `${source}.compare`,
    take: (records, partition) => counter.take(records, partition),
    ...(onRecords !== undefined && { onRecords }),
    ...(signal !== undefined && { signal }),
  });
  return counter.result(partitions);
}
