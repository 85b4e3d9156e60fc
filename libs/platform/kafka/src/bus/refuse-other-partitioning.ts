import type { Database } from '@smartkey/database';
import { ConfigurationError } from '@smartkey/configuration';
import type { EventBus, ServiceName } from '@smartkey/event-bus';

/**
 * Marks count by partition: read under another partitioning, what was taken in once would be taken in again, and a ledger
 * would count it twice.
 * @throws ConfigurationError where a consumer has stood on another number of partitions than the bus has.
 */
export async function refuseOtherPartitioning(database: Database, bus: EventBus): Promise<void> {
  const stood = await database.query<{ consumer: string; source: ServiceName; partitions: number }>(
    `select consumer, source, count(*)::integer as partitions from projection_mark
     group by consumer, source having max(position) > 0`,
  );
  for (const { consumer, source, partitions } of stood) {
    const now = await bus.partitions(source);
    if (now !== partitions)
      throw new ConfigurationError(
        'KAFKA_BROKERS',
        `and SMARTKEY_TOPIC_PREFIX name a topic of ${source} with ${now} partitions, but ${consumer} was built ` +
          `from ${partitions}: it would count events twice`,
      );
  }
}
