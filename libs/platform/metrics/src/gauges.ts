import type { Registry } from 'prom-client';
import { collectedGauge, type Sample } from './collected-gauges.ts';

/** One value, or several with labels of their own; none where nothing is known. */
type Figures = number | readonly Sample[];

/** Gauges of one part of a program, which have its labels in common and are taken out together. */
export class Gauges {
  readonly #stops: (() => void)[] = [];

  constructor(
    private readonly registry: Registry,
    private readonly labels: Readonly<Record<string, string>>,
  ) {}

  /** Shows from now on what is looked up when it is asked for. @param more names of the labels that its values have besides. */
  show(
    name: string,
    help: string,
    look: () => Figures | Promise<Figures>,
    more: readonly string[] = [],
  ): void {
    const labelNames = [...Object.keys(this.labels), ...more];
    this.#stops.push(
      collectedGauge(this.registry, { name, help, labelNames }, async () => {
        const found = await look();
        const samples = typeof found === 'number' ? [{ labels: {}, value: found }] : found;
        return samples.map(({ labels, value }) => ({ labels: { ...this.labels, ...labels }, value }));
      }),
    );
  }

  /** Shows nothing any more. */
  stop(): void {
    this.#stops.forEach((stop) => stop());
  }
}
