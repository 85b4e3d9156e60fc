import type { Kafka } from 'kafkajs';
import { withAdmin } from '../brokers/with-admin.ts';
import { askedAgain } from './asked-again.ts';

/** How far each partition of a topic goes at one moment. */
export type TopicExtent = readonly {
  readonly partition: number;
  /** The first offset that there is: above 0 retention has taken what lay before. */
  readonly low: string;
  readonly high: string;
}[];

/** What brokers say of a partition whose leader is only being made, or moves: the library does not ask again by itself. */
const PASSING = ['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE'];

/**
 * Asks the brokers how far a topic goes; again, for up to ten seconds, while a partition has no leader.
 * @throws KafkaJSProtocolError of type UNKNOWN_TOPIC_OR_PARTITION where there is no such topic.
 */
export const topicExtent = (kafka: Kafka, topic: string): Promise<TopicExtent> =>
  // A client of its own each time, which learns anew who leads.
  askedAgain(PASSING, () => withAdmin(kafka, (admin) => admin.fetchTopicOffsets(topic)));
