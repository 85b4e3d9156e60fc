import { hasTable, type Database } from '@smartkey/database';
import { SystemClock } from '@smartkey/identity';
import type { Clock, Instant } from '@smartkey/kernel';
import type { Data } from './open-data.ts';

/** Business time of a service: that of the whole, where its services share one, and of data that were begun with a sandbox clock the stored one. */
export async function businessTime(data: Data, own: Database): Promise<Clock> {
  for (const database of [await data.schema('standalone'), own]) {
    const now = database && (await storedTime(database));
    if (now !== undefined) return { now: () => now };
  }
  return new SystemClock();
}

async function storedTime(database: Database): Promise<Instant | undefined> {
  if (!(await hasTable(database, 'business_clock'))) return undefined;
  const [clock] = await database.query<{ now: Instant | null }>('SELECT now FROM business_clock');
  return clock?.now ?? undefined;
}
