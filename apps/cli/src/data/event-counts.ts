import { hasTable } from '@smartkey/database';
import { type ServiceName, SERVICES } from '@smartkey/event-bus';
import type { Data } from './open-data.ts';

/** How many events the log of each service holds, in the database itself; services that never ran are missing. */
export async function eventCounts(data: Data): Promise<Partial<Record<ServiceName, number>>> {
  const counts: Partial<Record<ServiceName, number>> = {};
  for await (const { service, database } of data.started(SERVICES)) {
    if (!(await hasTable(database, 'event_log'))) continue;
    const [row] = await database.query<{ events: bigint }>('SELECT count(*) AS events FROM event_log');
    counts[service] = Number(row!.events);
  }
  return counts;
}

export const countsInWords = (counts: Partial<Record<ServiceName, number>>): string =>
  SERVICES.map((service) => `${service} ${counts[service] ?? 'none'}`).join(', ');
