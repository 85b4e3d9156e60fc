import { type ServiceName, SERVICES } from '@smartkey/event-bus';
import type { EventStore } from '@smartkey/event-store';
import { collectedGauge } from '@smartkey/metrics';
import type { SourcesStanding } from '@smartkey/projections';
import type { Registry } from 'prom-client';

/** Whether a service's log has gone back, and whether its readers stand still because another's has. @returns how to stop. */
export function measureStanding({
  service,
  metrics,
  store,
  standing,
}: {
  readonly service: ServiceName;
  readonly metrics: Registry;
  readonly store: Pick<EventStore, 'standing'>;
  readonly standing: SourcesStanding;
}): () => void {
  const stops = [
    collectedGauge(
      metrics,
      {
        name: 'smartkey_log_went_back',
        help: '1 where the log lacks events that were read of it: nothing is appended.',
        labelNames: ['service'],
      },
      async () => [{ labels: { service }, value: (await store.standing.since()) === undefined ? 0 : 1 }],
    ),
    collectedGauge(
      metrics,
      {
        name: 'smartkey_reader_stopped',
        help: '1 where the readers of a service stand still, because the log of the source lacks what they have read.',
        labelNames: ['service', 'source'],
      },
      () =>
        Promise.resolve(
          SERVICES.map((source) => ({ labels: { service, source }, value: standing.lacks(source) ? 1 : 0 })),
        ),
    ),
  ];
  return () => stops.forEach((stop) => stop());
}
