import { Gauge, type Registry } from 'prom-client';

/** One value of a gauge, with its labels. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

type Collect = () => Promise<readonly Sample[]>;

/** Who fills each gauge of a registry: several services of one process may share a registry. */
const collectors = new WeakMap<Gauge, Set<Collect>>();

/** A gauge whose values are looked up when they are asked for. @returns how to take the values out again. */
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
  const gauge: Gauge = new Gauge({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    async collect() {
      const samples = await Promise.all([...all].map((each) => each()));
      gauge.reset();
      for (const { labels, value } of samples.flat()) gauge.set({ ...labels }, value);
    },
  });
  collectors.set(gauge, all);
  return gauge;
}
