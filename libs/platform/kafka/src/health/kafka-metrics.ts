import type { LogFeed, ServiceName } from '@smartkey/event-bus';
import { Gauges, sharedCounter } from '@smartkey/metrics';
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
  readonly #gauges: Gauges;

  constructor(
    registry: Registry,
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
    this.#gauges = new Gauges(registry, { service });
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
    this.#gauges.show(
      'smartkey_relay_lag_seconds',
      'Business time since the first event was recorded that the brokers have not acknowledged; 0 where they have all.',
      () => relayLag(progress),
    );
  }

  /** Shows from now on which topics are refused. */
  followRefused(topics: () => readonly string[]): void {
    this.#gauges.show(
      'smartkey_foreign_topic',
      '1: another system publishes to this topic; nothing is read from that partition, and nothing published.',
      () => topics().map((topic) => ({ labels: { topic }, value: 1 })),
      ['topic'],
    );
  }

  stop(): void {
    this.#gauges.stop();
  }
}

async function relayLag({ checkpoints, feed, clock }: RelayProgress): Promise<number> {
  const { position } = await checkpoints.read();
  const [next] = (await feed.read({ after: position, limit: 1 })).messages;
  if (next === undefined) return 0;
  return Math.max(0, (epochMillisOf(clock.now()) - epochMillisOf(next.recordedAt)) / 1_000);
}
