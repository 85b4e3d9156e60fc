import type { LogFeed, ServiceName } from '@smartkey/event-bus';
import { collectedGauge, sharedCounter } from '@smartkey/metrics';
import { type Clock, epochMillisOf } from '@smartkey/kernel';
import type { Counter, Registry } from 'prom-client';
import type { RelayCheckpoints } from '../relay/relay-checkpoint.ts';

/** What a relay's progress is told from; any instance can, whichever leads. */
export interface RelayProgress {
  readonly checkpoints: Pick<RelayCheckpoints, 'read'>;
  readonly feed: LogFeed;
  /** Business time. */
  readonly clock: Clock;
}

/** What can be seen of a service's traffic with the brokers. */
export class KafkaMetrics {
  readonly #published: Counter<'service'>;
  readonly #leftToFeed: Counter<'service'>;
  readonly #stops: (() => void)[] = [];

  constructor(
    private readonly registry: Registry,
    private readonly service: ServiceName,
  ) {
    this.#published = sharedCounter(
      registry,
      'smartkey_relay_published_total',
      'Events that this process published and the brokers acknowledged.',
      ['service'],
    );
    this.#leftToFeed = sharedCounter(
      registry,
      'smartkey_relay_left_to_feed_total',
      'Events that this process did not publish, for they are too large for the topic: readers fetch them from the log feed.',
      ['service'],
    );
    // Seen from the start, so that the first one is an increase.
    this.#published.inc({ service }, 0);
    this.#leftToFeed.inc({ service }, 0);
  }

  published(events: number): void {
    this.#published.inc({ service: this.service }, events);
  }

  leftToFeed(): void {
    this.#leftToFeed.inc({ service: this.service });
  }

  /** Shows from now on how long the oldest event that is not published has waited. */
  followRelay(progress: RelayProgress): void {
    this.#follow(
      {
        name: 'smartkey_relay_lag_seconds',
        help: 'Business time since the first event was recorded that the brokers have not acknowledged; 0 where they have all.',
        labelNames: ['service'],
      },
      async () => [{ labels: { service: this.service }, value: await relayLag(progress) }],
    );
  }

  /** Shows from now on which topics are refused. */
  followRefused(topics: () => readonly string[]): void {
    this.#follow(
      {
        name: 'smartkey_foreign_topic',
        help: '1: another system publishes to this topic; nothing is read from that partition, and nothing published.',
        labelNames: ['service', 'topic'],
      },
      () =>
        Promise.resolve(topics().map((topic) => ({ labels: { service: this.service, topic }, value: 1 }))),
    );
  }

  stop(): void {
    this.#stops.forEach((stop) => stop());
  }

  #follow(gauge: Parameters<typeof collectedGauge>[1], collect: Parameters<typeof collectedGauge>[2]): void {
    this.#stops.push(collectedGauge(this.registry, gauge, collect));
  }
}

async function relayLag({ checkpoints, feed, clock }: RelayProgress): Promise<number> {
  const { position } = await checkpoints.read();
  const [next] = (await feed.read({ after: position, limit: 1 })).messages;
  if (next === undefined) return 0;
  return Math.max(0, (epochMillisOf(clock.now()) - epochMillisOf(next.recordedAt)) / 1_000);
}
