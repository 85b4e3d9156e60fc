import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Database, type DatabaseServer, migrate, openPglite } from '@smartkey/database';
import type { EventBus, ServiceName } from '@smartkey/event-bus';
import { ANCHOR_MIGRATION, PROJECTION_MIGRATION } from '@smartkey/projections';
import { refuseOtherPartitioning } from './refuse-other-partitioning.ts';

const busOf = (partitions: Partial<Record<ServiceName, number>>): EventBus => ({
  partitions: (source) => Promise.resolve(partitions[source] ?? 1),
  subscribe: () => Promise.reject(new Error('nobody subscribes here')),
});

describe('a bus with another number of partitions than a consumer has stood on', () => {
  let server: DatabaseServer;
  let database: Database;
  const mark = (partition: number, position: number, consumer = 'billing_usage_ledger_v1_1') =>
    database.execute(
      `insert into projection_mark (consumer, source, partition, position) values ($1, 'contract', $2, $3)`,
      [consumer, partition, position],
    );

  beforeAll(async () => {
    server = await openPglite(undefined);
    database = await server.database('billing');
    await migrate(database, [PROJECTION_MIGRATION, ANCHOR_MIGRATION], 'runtime');
  });
  beforeEach(() => database.execute('delete from projection_mark'));
  afterAll(() => server.close());

  it('is refused, in a sentence that names the setting, the consumer and both numbers', async () => {
    for (const partition of [0, 1, 2]) await mark(partition, partition);
    const refused = refuseOtherPartitioning(database, busOf({ contract: 6 }));
    await expect(refused).rejects.toThrow(
      /^KAFKA_BROKERS .*contract with 6 partitions, but billing_usage_ledger_v1_1 was built from 3/,
    );
    await expect(refused).rejects.toHaveProperty('name', 'ConfigurationError');
  });

  it('is none where the numbers are the same, or there is no mark at all', async () => {
    await refuseOtherPartitioning(database, busOf({ contract: 6 }));
    for (const partition of [0, 1, 2]) await mark(partition, 7);
    await refuseOtherPartitioning(database, busOf({ contract: 3 }));
  });

  it('does no harm to a consumer that has taken nothing in yet', async () => {
    for (const partition of [0, 1, 2]) await mark(partition, 0);
    await refuseOtherPartitioning(database, busOf({ contract: 6 }));
    await mark(0, 9, 'reactor:months');
    await expect(refuseOtherPartitioning(database, busOf({ contract: 6 }))).rejects.toThrow('reactor:months');
  });
});
