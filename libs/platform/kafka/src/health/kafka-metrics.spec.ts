import { describe, expect, it } from '@jest/globals';
import type { FeedPage, LogFeed } from '@smartkey/event-bus';
import { Registry } from 'prom-client';
import { KafkaMetrics } from './kafka-metrics.ts';

/** A log with an event at each of these positions, recorded at 00:00:01, 00:00:02 … */
const log = (length: number): LogFeed => ({
  read: ({ after }) => {
    const next = Number(after) + 1;
    const recordedAt = `2018-01-01T00:00:${String(next).padStart(2, '0')}.000Z`;
    const messages = next > length ? [] : [{ position: BigInt(next), recordedAt }];
    return Promise.resolve({ messages, upTo: after, settled: BigInt(length) } as unknown as FeedPage);
  },
});

const lagOf = async (registry: Registry): Promise<number | undefined> =>
  (await registry.getSingleMetric('smartkey_relay_lag_seconds')!.get()).values[0]?.value;

describe('what is measured of a relay', () => {
  const metricsAt = (position: bigint) => {
    const registry = new Registry();
    const metrics = new KafkaMetrics(registry, 'contract');
    metrics.followRelay({
      checkpoints: { read: () => Promise.resolve({ position, links: [] }) },
      feed: log(5),
      clock: { now: () => '2018-01-01T00:01:00.000Z' },
    });
    return { registry, metrics };
  };

  it('lags since the first event that is not published was recorded', async () => {
    expect(await lagOf(metricsAt(2n).registry)).toBe(57);
  });

  it('does not lag where all is published', async () => {
    expect(await lagOf(metricsAt(5n).registry)).toBe(0);
  });

  it('names the topics that are refused, as long as they are', async () => {
    const { registry, metrics } = metricsAt(5n);
    let refused = ['smartkey.contract'];
    metrics.followRefused(() => refused);
    const shown = 'smartkey_foreign_topic{service="contract",topic="smartkey.contract"} 1';
    expect(await registry.metrics()).toContain(shown);
    refused = [];
    expect(await registry.metrics()).not.toContain(shown);
  });

  it('shows nothing any more once the bus is closed', async () => {
    const { registry, metrics } = metricsAt(2n);
    metrics.stop();
    expect(await lagOf(registry)).toBeUndefined();
  });

  it('is seen from the start, so that the first publication is an increase', async () => {
    const { registry, metrics } = metricsAt(0n);
    expect(await registry.metrics()).toContain('smartkey_relay_published_total{service="contract"} 0');
    expect(await registry.metrics()).toContain('smartkey_relay_left_to_feed_total{service="contract"} 0');
    metrics.published(7);
    metrics.leftToFeed();
    expect(await registry.metrics()).toContain('smartkey_relay_left_to_feed_total{service="contract"} 1');
    expect(await registry.metrics()).toContain('smartkey_relay_published_total{service="contract"} 7');
  });
});
