import { type PublishedWatermark, type ServiceName, SERVICES } from '@smartkey/event-bus';
import type { UnreadableRecords } from '@smartkey/kafka';
import { Gauges, type Sample, sharedCounter } from '@smartkey/metrics';
import type { EventStore } from '@smartkey/event-store';
import { type Clock, epochMillisOf } from '@smartkey/kernel';
import type { GapFilled, ProjectionHost, SourcesStanding } from '@smartkey/projections';
import type { Registry } from 'prom-client';
import type { ConsumerLags } from './consumer-lags.ts';

export interface MeasuredParts {
  readonly service: ServiceName;
  readonly metrics: Registry;
  readonly clock: Clock;
  readonly store: EventStore;
  readonly projections: ProjectionHost;
  readonly lags: ConsumerLags;
  readonly watermark: PublishedWatermark;
  readonly standing: SourcesStanding;
  readonly unreadable: UnreadableRecords | undefined;
}

/** Counts what consumers had to fetch from a log feed because the bus had not brought it. */
export function gapCounter(metrics: Registry, service: ServiceName): (gap: GapFilled) => void {
  const filled = sharedCounter(
    metrics,
    'smartkey_gap_messages_filled_total',
    'Messages that the bus did not bring and a consumer fetched from the log feed of their source.',
    ['service', 'consumer', 'source'],
  );
  return ({ consumer, source, messages }) => filled.inc({ service, consumer, source }, messages);
}

/** What can be seen of one service at work. @returns how to stop measuring, and the counter of failed rounds. */
export function measureService(parts: MeasuredParts): {
  readonly roundFailed: () => void;
  readonly stop: () => void;
} {
  const { service, metrics, clock, store, projections, lags, watermark, standing, unreadable } = parts;
  const appends = sharedCounter(metrics, 'smartkey_log_news_total', 'Appends to the log by this process.', [
    'service',
  ]);
  const failures = sharedCounter(
    metrics,
    'smartkey_watermark_failures_total',
    'Rounds that could not raise the watermark.',
    ['service'],
  );
  // Seen from the start, so that the first one is an increase.
  for (const counter of [appends, failures]) counter.inc({ service }, 0);
  const stopCounting = store.onAppended(() => appends.inc({ service }));
  const gauges = new Gauges(metrics, { service });
  gauges.show(
    'smartkey_projection_lag_seconds',
    'Business time since the first event was recorded that a consumer has not applied; 0 where it has all.',
    async () =>
      (await lags.look()).map(({ consumer, source, seconds }) => ({
        labels: { consumer, source },
        value: seconds,
      })),
    ['consumer', 'source'],
  );
  gauges.show(
    'smartkey_parked_streams',
    'Streams that a projection has set aside.',
    () => parkedSamples(projections),
    ['projection'],
  );
  gauges.show(
    'smartkey_unreadable_records',
    'Records on topics that a consumer group could not read, and that nobody has looked at yet.',
    async () =>
      ((await unreadable?.counts()) ?? []).map(({ group, count }) => ({ labels: { group }, value: count })),
    ['group'],
  );
  gauges.show(
    'smartkey_watermark_age_seconds',
    'Business time since the instant up to which the log is promised to be complete.',
    async () => {
      const published = await watermark.current();
      if (published === undefined) return [];
      return Math.max(0, (epochMillisOf(clock.now()) - epochMillisOf(published.instant)) / 1_000);
    },
  );
  gauges.show(
    'smartkey_log_went_back',
    '1 where the log lacks events that were read of it: nothing is appended.',
    async () => ((await store.standing.since()) === undefined ? 0 : 1),
  );
  gauges.show(
    'smartkey_reader_stopped',
    '1 where the readers of a service stand still, because the log of the source lacks what they have read.',
    () => SERVICES.map((source) => ({ labels: { source }, value: standing.lacks(source) ? 1 : 0 })),
    ['source'],
  );
  return {
    roundFailed: () => failures.inc({ service }),
    stop: () => {
      stopCounting();
      gauges.stop();
    },
  };
}

async function parkedSamples(projections: ProjectionHost): Promise<readonly Sample[]> {
  const counts = new Map<string, number>();
  for (const { name, kind } of await projections.status()) if (kind === 'projection') counts.set(name, 0);
  for (const { projection } of await projections.parked())
    counts.set(projection, (counts.get(projection) ?? 0) + 1);
  return [...counts].map(([projection, value]) => ({ labels: { projection }, value }));
}
