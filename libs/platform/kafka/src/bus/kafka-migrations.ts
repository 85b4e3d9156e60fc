import type { Migration } from '@smartkey/database';
import { LEFT_TO_FEED_MIGRATION } from '../relay/left-to-feed.ts';
import { OWN_TOPIC_MIGRATION } from '../relay/own-topic.ts';
import {
  RELAY_ANCHORS_MIGRATION,
  RELAY_INCARNATION_MIGRATION,
  RELAY_MIGRATION,
} from '../relay/relay-checkpoint.ts';
import { UNREADABLE_MIGRATION } from '../consumer/unreadable-records.ts';

/** What a service on Kafka keeps in its own schema besides its marks: the set `relay` of its migrations. */
export const KAFKA_MIGRATIONS: readonly Migration[] = [
  RELAY_MIGRATION,
  UNREADABLE_MIGRATION,
  LEFT_TO_FEED_MIGRATION,
  RELAY_ANCHORS_MIGRATION,
  RELAY_INCARNATION_MIGRATION,
  OWN_TOPIC_MIGRATION,
];
