import { type Database, WritesUnavailableError } from '@smartkey/database';
import type { LogRelay, PublishedWatermark } from '@smartkey/event-bus';
import type { EventStore } from '@smartkey/event-store';
import { type HealthContributor, NotReadyError } from '@smartkey/http';
import { epochMillisOf } from '@smartkey/kernel';
import type { SourcesStanding } from '@smartkey/projections';
import type { BusinessClock } from '../clock/business-clock.ts';
import type { ConsumerLags } from '../metrics/consumer-lags.ts';
import type { ServiceEnvironment } from './service-environment.ts';

/** A consumer that is further behind than this, in business time, does not show what users have done. */
const MOST_LAG_SECONDS = 60;
/** A watermark that is older keeps months from being closed. */
const MOST_AGE_MILLIS = 5 * 60_000;

/** A consumer without a group, or a relay without brokers, for so long is more than the hiccup of a rebalance (system time). */
const MOST_BUS_TROUBLE_MILLIS = 60_000;

export interface HealthParts {
  readonly database: Database;
  readonly lags: ConsumerLags;
  readonly clock: BusinessClock;
  readonly watermark: PublishedWatermark;
  /** Of a log that lies outside the database. */
  readonly checkLog: (() => Promise<void>) | undefined;
  readonly store: Pick<EventStore, 'standing'>;
  readonly standing: SourcesStanding;
}

/** Not ready where the log is known to have gone back, or readers stand still because another has; reads go on, so probes leave it out. */
const standingHealth = ({ store, standing }: Pick<HealthParts, 'store' | 'standing'>): HealthContributor => ({
  name: 'log',
  check: async () => {
    const since = await store.standing.since();
    if (since !== undefined)
      throw new NotReadyError(`went back: it lacks events that were read of it, known since ${since}`);
    const sources = standing.inDoubt();
    if (sources.length > 0)
      throw new NotReadyError(`readers wait for the log of ${sources.join(', ')}, which went back`);
  },
});

/** Not ready where the database does not answer, or takes no writes: then the reason is told. */
export const databaseHealth = (database: Database): HealthContributor => ({
  name: 'database',
  check: async () => {
    try {
      await database.checkWrites();
    } catch (error) {
      if (error instanceof WritesUnavailableError) throw new NotReadyError(error.message, { cause: error });
      throw error;
    }
  },
});

/** What a service cannot do its work without. */
export function healthOf(parts: HealthParts): readonly HealthContributor[] {
  const { database, lags, clock, watermark, checkLog } = parts;
  return [
    databaseHealth(database),
    standingHealth(parts),
    ...(checkLog === undefined ? [] : [{ name: 'event-store', check: checkLog }]),
    {
      name: 'projections',
      check: async () => {
        const late = (await lags.look()).filter(({ seconds }) => seconds > MOST_LAG_SECONDS);
        if (late.length > 0)
          throw new NotReadyError(
            `behind: ${late.map(({ consumer, source }) => `${consumer} on ${source}`).join(', ')}`,
          );
      },
    },
    {
      name: 'watermark',
      check: async () => {
        const published = await watermark.current();
        // A clock that stands still is behind only for as long as it is being moved.
        if (clock.mode === 'sandbox' || published === undefined) return;
        const age = epochMillisOf(clock.now()) - epochMillisOf(published.instant);
        if (age > MOST_AGE_MILLIS) throw new NotReadyError(`stands still at ${published.instant}`);
      },
    },
  ];
}

/** A process whose consumers or relay do not work must not look ready. */
export function busHealthOf(
  onBrokers: ServiceEnvironment['onBrokers'],
  relay: LogRelay | undefined,
): readonly HealthContributor[] {
  const found: HealthContributor[] = [];
  if (onBrokers?.check !== undefined)
    found.push({ name: 'bus', check: async () => onBrokers.check?.(MOST_BUS_TROUBLE_MILLIS) });
  if (relay !== undefined)
    found.push({ name: 'relay', check: async () => relay.check(MOST_BUS_TROUBLE_MILLIS) });
  return found;
}
