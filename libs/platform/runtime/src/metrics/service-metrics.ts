import type { LogFeeds, PublishedWatermark, ServiceName } from '@smartkey/event-bus';
import type { EventStore } from '@smartkey/event-store';
import { type Clock, epochMillisOf, type Instant } from '@smartkey/kernel';
import type { ProjectionHost } from '@smartkey/projections';
import { Counter, type Registry } from 'prom-client';
import { collectedGauge, type Sample } from './collected-gauges.ts';

export interface MeasuredParts {
  readonly service: ServiceName;
  readonly metrics: Registry;
  readonly clock: Clock;
  readonly store: EventStore;
  readonly feeds: LogFeeds;
  readonly projections: ProjectionHost;
  readonly watermark: PublishedWatermark;
}

/** What can be seen of one service at work. @returns how to stop measuring, and the counter of failed rounds. */
export function measureService(parts: MeasuredParts): {
  readonly roundFailed: () => void;
  readonly stop: () => void;
} {
  const { service, metrics, clock, store, projections, watermark } = parts;
  const appends = counter(metrics, 'smartkey_log_news_total', 'Appends to the log by this process.');
  const failures = counter(
    metrics,
    'smartkey_watermark_failures_total',
    'Rounds that could not raise the watermark.',
  );
  const stops = [
    store.onAppended(() => appends.inc({ service })),
    collectedGauge(
      metrics,
      {
        name: 'smartkey_projection_lag_seconds',
        help: 'Business time since the first event was recorded that a consumer has not applied; 0 where it has all.',
        labelNames: ['service', 'consumer', 'source'],
      },
      async () =>
        (await lags(parts)).map(({ consumer, source, seconds }) => ({
          labels: { service, consumer, source },
          value: seconds,
        })),
    ),
    collectedGauge(
      metrics,
      {
        name: 'smartkey_parked_streams',
        help: 'Streams that a projection has set aside.',
        labelNames: ['service', 'projection'],
      },
      async () => parkedSamples(service, projections),
    ),
    collectedGauge(
      metrics,
      {
        name: 'smartkey_watermark_age_seconds',
        help: 'Business time since the instant up to which the log is promised to be complete.',
        labelNames: ['service'],
      },
      async () => {
        const published = await watermark.current();
        return published === undefined
          ? []
          : [{ labels: { service }, value: secondsBetween(published.instant, clock.now()) }];
      },
    ),
  ];
  return { roundFailed: () => failures.inc({ service }), stop: () => stops.forEach((stop) => stop()) };
}

/** How far each consumer of a service is behind each of its sources. */
export async function lags(
  parts: Pick<MeasuredParts, 'projections' | 'feeds' | 'clock'>,
): Promise<readonly { readonly consumer: string; readonly source: ServiceName; readonly seconds: number }[]> {
  const found: { consumer: string; source: ServiceName; seconds: number }[] = [];
  for (const { name, marks } of await parts.projections.status())
    for (const { source, position } of marks) {
      const [next] = (await parts.feeds.read(source, { after: position, limit: 1 })).messages;
      const seconds = next === undefined ? 0 : secondsBetween(next.recordedAt, parts.clock.now());
      found.push({ consumer: name, source, seconds });
    }
  return found;
}

async function parkedSamples(service: ServiceName, projections: ProjectionHost): Promise<readonly Sample[]> {
  const counts = new Map<string, number>();
  for (const { name, kind } of await projections.status()) if (kind === 'projection') counts.set(name, 0);
  for (const { projection } of await projections.parked())
    counts.set(projection, (counts.get(projection) ?? 0) + 1);
  return [...counts].map(([projection, value]) => ({ labels: { service, projection }, value }));
}

const secondsBetween = (from: Instant, to: Instant): number =>
  Math.max(0, (epochMillisOf(to) - epochMillisOf(from)) / 1_000);

const counter = (metrics: Registry, name: string, help: string): Counter =>
  (metrics.getSingleMetric(name) as Counter | undefined) ??
  new Counter({ name, help, labelNames: ['service'], registers: [metrics] });
