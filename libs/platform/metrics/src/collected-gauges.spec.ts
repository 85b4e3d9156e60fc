import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { collectedGauge } from './collected-gauges.ts';

describe('a gauge that is looked up', () => {
  it('keeps its other values, and all other metrics, where one part cannot be asked', async () => {
    const registry = new Registry();
    const gauge = { name: 'depth', help: 'How deep.', labelNames: ['part'] };
    collectedGauge(registry, gauge, () => Promise.resolve([{ labels: { part: 'a' }, value: 3 }]));
    collectedGauge(registry, gauge, () => Promise.reject(new Error('away')));
    const text = await registry.metrics();
    expect(text).toContain('depth{part="a"} 3');
    // Told from the next look on.
    expect(await registry.metrics()).toContain('smartkey_metric_failures_total{metric="depth"} 1');
  });
});
