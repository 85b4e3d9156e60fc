import { withinMillis } from '@smartkey/lifecycle';
import { Gauge, type Registry } from 'prom-client';
import { sharedCounter } from './shared-counter.ts';

/** One value of a gauge, with its labels. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

type Collect = () => Promise<readonly Sample[]>;

/** Who fills each gauge of a registry: several services of one process may share a registry. */
const collectors = new WeakMap<Gauge, Set<Collect>>();

/** A part that does not answer must not take all other metrics with it (system time). */
const PATIENCE_MILLIS = 3_000;

/**
 * A gauge whose values are looked up when they are asked for; what cannot be looked up is missing, and counted.
 * @returns how to take the values out again.
 */
export function collectedGauge(
  registry: Registry,
  options: { readonly name: string; readonly help: string; readonly labelNames: readonly string[] },
  collect: Collect,
): () => void {
  const gauge = (registry.getSingleMetric(options.name) as Gauge | undefined) ?? newGauge(registry, options);
  const all = collectors.get(gauge)!;
  all.add(collect);
  return () => all.delete(collect);
}

function newGauge(
  registry: Registry,
  {
    name,
    help,
    labelNames,
  }: { readonly name: string; readonly help: string; readonly labelNames: readonly string[] },
): Gauge {
  const all = new Set<Collect>();
  const failed = sharedCounter(
    registry,
    'smartkey_metric_failures_total',
    'Looks for a metric’s values that failed or took too long: those values are missing from the answer.',
    ['metric'],
  );
  failed.inc({ metric: name }, 0);
  const gauge: Gauge = new Gauge({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    async collect() {
      const found = await Promise.allSettled(
        [...all].map((each) => withinMillis(each(), PATIENCE_MILLIS, 'a look at a figure')),
      );
      gauge.reset();
      for (const samples of found)
        if (samples.status === 'rejected') failed.inc({ metric: name });
        else for (const { labels, value } of samples.value) gauge.set({ ...labels }, value);
    },
  });
  collectors.set(gauge, all);
  return gauge;
}
