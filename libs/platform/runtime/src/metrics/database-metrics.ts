import type { DatabaseServer } from '@smartkey/database';
import { collectedGauge } from '@smartkey/metrics';
import type { Registry } from 'prom-client';

/** What a process asks of its database. @returns how to stop measuring. */
export const measureDatabase = (metrics: Registry, server: DatabaseServer): (() => void) =>
  collectedGauge(
    metrics,
    {
      name: 'smartkey_database_statements',
      help: 'Statements sent to the database by this process since its start.',
      labelNames: [],
    },
    () => Promise.resolve([{ labels: {}, value: server.statements }]),
  );
