import { Counter, type Registry } from 'prom-client';

/** A counter of a registry that several services of one process may share: made by the first that asks for it. */
export const sharedCounter = <Label extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly Label[],
): Counter<Label> =>
  (registry.getSingleMetric(name) as Counter<Label> | undefined) ??
  new Counter({ name, help, labelNames: [...labelNames], registers: [registry] });
