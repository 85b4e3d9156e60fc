import { ended, withinMillis } from '@smartkey/lifecycle';
import type { Consumer, Kafka, KafkaMessage } from 'kafkajs';
import { withAdmin } from '../brokers/with-admin.ts';
import { decodeRecord, type Place, type TopicRecord } from '../records/cloud-event.codec.ts';
import { UndecodableRecordError } from '../records/undecodable-record-error.ts';

/** System time. */
const FAREWELL_MILLIS = 5_000;

/** Reads a topic by a consumer whose group is for this reading alone, and goes with it. */
export async function withReader(
  kafka: Kafka,
  groupId: string,
  read: (consumer: Consumer) => Promise<void>,
): Promise<void> {
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false });
  try {
    await read(consumer);
  } finally {
    await ended(withinMillis(consumer.disconnect(), FAREWELL_MILLIS, 'leaving the brokers'));
    // It would expire by itself; not everybody may delete one.
    await ended(withAdmin(kafka, (admin) => admin.deleteGroups([groupId])));
  }
}

/** What records say; what is none of ours is passed over. @throws ForeignSystemError */
export const decoded = (records: readonly KafkaMessage[], place: Place): readonly TopicRecord[] =>
  records.flatMap((record) => {
    try {
      return [decodeRecord(record, place)];
    } catch (error) {
      if (!(error instanceof UndecodableRecordError)) throw error;
      return [];
    }
  });
