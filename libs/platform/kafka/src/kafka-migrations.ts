import type { Migration } from '@smartkey/database';
import { LEFT_TO_FEED_MIGRATION } from './left-to-feed.ts';
import { RELAY_MIGRATION } from './relay-checkpoint.ts';
import { UNREADABLE_MIGRATION } from './unreadable-records.ts';

/** What a service on Kafka keeps in its own schema besides its marks: the set `relay` of its migrations. */
export const KAFKA_MIGRATIONS: readonly Migration[] = [
  RELAY_MIGRATION,
  UNREADABLE_MIGRATION,
  LEFT_TO_FEED_MIGRATION,
];
