import type { Migration } from '@smartkey/database';
import { RELAY_MIGRATION } from './relay-checkpoint.ts';
import { UNREADABLE_MIGRATION } from './unreadable-records.ts';

/** What a service on Kafka keeps in its own schema besides its marks: the set `relay` of its migrations. */
export const KAFKA_MIGRATIONS: readonly Migration[] = [RELAY_MIGRATION, UNREADABLE_MIGRATION];
