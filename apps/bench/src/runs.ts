import type { Amount, Figure, Latency, Load, Measured } from './measure.ts';

/** Several values of one thing: the middle, and the least and the most beside it. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** One figure over several runs. */
export interface FigureOfRuns {
  readonly kind: 'rate';
  readonly name: string;
  readonly unit: string;
  readonly limitIs: string;
  /** Units a second, of each run in its order. */
  readonly rates: readonly number[];
  readonly rate: Spread;
  readonly limit: Spread;
  /** Rate by limit, run by run: what a busy moment does to both it leaves as it is. */
  readonly ratio: Spread;
  /** Of the last run. */
  readonly note?: string;
  /** The most of all runs. */
  readonly peakMegabytes?: number;
  readonly transactions?: number;
}

/** One latency over several runs, in milliseconds. */
export interface LatencyOfRuns {
  readonly kind: 'latency';
  readonly name: string;
  readonly p50: Spread;
  readonly p99: Spread;
  readonly p999?: Spread;
  readonly floor: Spread;
  readonly floorIs: string;
  readonly samples: number;
}

/** An amount over several runs. */
export interface AmountOfRuns {
  readonly kind: 'amount';
  readonly name: string;
  readonly unit: string;
  readonly amount: Spread;
  readonly least?: Spread;
  readonly leastIs?: string;
}

export type OfRuns = FigureOfRuns | LatencyOfRuns | AmountOfRuns;

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1]!, sorted[sorted.length >> 1]!];
  return { median: (low + high) / 2, least: sorted[0]!, most: sorted.at(-1)! };
}

/** What several runs of the same benches came to, in the order of the first run. Each run has the same figures, of different names. */
export function ofRuns(runs: readonly (readonly Measured[])[]): readonly OfRuns[] {
  const [first = []] = runs;
  const names = new Set(first.map(({ name }) => name));
  if (names.size < first.length) throw new Error('two figures of a run have the same name');
  return first.map(({ name }) => {
    const all = runs.map((run) => run.find((each) => each.name === name));
    const figures = all.filter((each): each is Figure => each !== undefined && 'rate' in each);
    if (figures.length === runs.length) return figureOf(figures);
    const latencies = all.filter((each): each is Latency => each !== undefined && 'p50' in each);
    if (latencies.length === runs.length) return latencyOf(latencies);
    const amounts = all.filter((each): each is Amount => each !== undefined && 'amount' in each);
    if (amounts.length === runs.length) return amountOf(amounts);
    throw new Error(`not every run has the figure ${name}`);
  });
}

function figureOf(figures: readonly Figure[]): FigureOfRuns {
  const last = figures.at(-1)!;
  const rates = figures.map(({ rate }) => rate);
  const loads = figures.flatMap(({ load }): Load[] => (load === undefined ? [] : [load]));
  return {
    kind: 'rate',
    name: last.name,
    unit: last.unit,
    limitIs: last.limitIs,
    rates,
    rate: spreadOf(rates),
    limit: spreadOf(figures.map(({ limit }) => limit)),
    ratio: spreadOf(figures.map(({ rate, limit }) => rate / limit)),
    ...(last.note !== undefined && { note: last.note }),
    ...(loads.length > 0 && {
      peakMegabytes: Math.max(...loads.map(({ peakMegabytes }) => peakMegabytes)),
      transactions: Math.max(...loads.map(({ transactions }) => transactions)),
    }),
  };
}

function latencyOf(latencies: readonly Latency[]): LatencyOfRuns {
  const last = latencies.at(-1)!;
  const furthest = latencies.flatMap(({ p999 }) => (p999 === undefined ? [] : [p999]));
  return {
    kind: 'latency',
    name: last.name,
    p50: spreadOf(latencies.map(({ p50 }) => p50)),
    p99: spreadOf(latencies.map(({ p99 }) => p99)),
    ...(furthest.length > 0 && { p999: spreadOf(furthest) }),
    floor: spreadOf(latencies.map(({ floor }) => floor)),
    floorIs: last.floorIs,
    samples: latencies.reduce((sum, { samples }) => sum + samples, 0),
  };
}

function amountOf(amounts: readonly Amount[]): AmountOfRuns {
  const { name, unit, leastIs } = amounts.at(-1)!;
  const least = amounts.flatMap((each) => (each.least === undefined ? [] : [each.least]));
  return {
    kind: 'amount',
    name,
    unit,
    amount: spreadOf(amounts.map(({ amount }) => amount)),
    ...(least.length > 0 && { least: spreadOf(least) }),
    ...(leastIs !== undefined && { leastIs }),
  };
}

const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
const percent = (share: number): string => `${Math.round(share * 100)} %`;
const spread = ({ least, most }: Spread, shown: (value: number) => string): string =>
  least === most ? '' : ` (${shown(least)} – ${shown(most)})`;

/** One line of the report: figure, limit, ratio, each with its spread; or the quantiles of a latency. */
export function reportOf(measured: OfRuns): string {
  if (measured.kind === 'latency') {
    const { name, p50, p99, p999, floor, floorIs, samples } = measured;
    const millis = (value: Spread) =>
      `${value.median.toFixed(1)} ms${spread(value, (each) => each.toFixed(1))}`;
    return `${name.padEnd(44)} p50 ${millis(p50)}, p99 ${millis(p99)}${p999 === undefined ? '' : `, p99.9 ${millis(p999)}`}   floor ${millis(floor)} (${floorIs})   ${samples} samples`;
  }
  if (measured.kind === 'amount') {
    const { name, amount, unit, least, leastIs } = measured;
    const beside =
      least === undefined ? '' : `   least ${number(least.median)}${spread(least, number)}, ${leastIs}`;
    return `${name.padEnd(44)} ${number(amount.median).padStart(9)}${spread(amount, number)} ${unit}${beside}`;
  }
  const { name, rate, unit, limit, limitIs, ratio, note, peakMegabytes, transactions } = measured;
  const rest = [
    ...((peakMegabytes ?? 0) === 0 ? [] : [`peak ${peakMegabytes} MB`]),
    ...(transactions === undefined ? [] : [`${number(transactions)} transactions`]),
    ...(note === undefined ? [] : [note]),
  ];
  return (
    `${name.padEnd(44)} ${number(rate.median).padStart(9)}${spread(rate, number)} ${unit}/s   ` +
    `limit ${number(limit.median).padStart(9)}${spread(limit, number)}, ${limitIs}   ` +
    `${percent(ratio.median).padStart(5)}${spread(ratio, percent)}${rest.map((each) => `   ${each}`).join('')}`
  );
}
