/** One figure beside its limit, both measured in the same run. */
export interface Figure {
  readonly name: string;
  /** What the project does, in units a second. */
  readonly rate: number;
  /** The bare limit it is held against, in the same units a second. */
  readonly limit: number;
  readonly unit: string;
  readonly limitIs: string;
  readonly note?: string;
}

/** How long something takes, in milliseconds, beside the shortest that it could. */
export interface Latency {
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
  readonly floor: number;
  readonly floorIs: string;
  readonly samples: number;
}

/** The value that a share of the samples does not exceed. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;
}

/** Runs work and tells how many units a second it did. */
export async function rateOf(units: number, work: () => Promise<unknown>): Promise<number> {
  return units / (await secondsOf(work));
}

export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** The middle one of an odd number of runs: these machines are shared, the middle is what can be quoted. */
export async function medianOf(runs: number, measure: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let run = 0; run < runs; run += 1) values.push(await measure());
  return values.sort((a, b) => a - b)[Math.floor(runs / 2)]!;
}

const count = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);

/** One line of the report: figure, limit, ratio; or the quantiles of a latency. */
export function reportOf(measured: Figure | Latency): string {
  if ('p50' in measured) {
    const { name, p50, p99, floor, floorIs, samples } = measured;
    return `${name.padEnd(44)} p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms   floor ${floor.toFixed(1)} ms (${floorIs})   ${samples} samples`;
  }
  const { name, rate, limit, unit, limitIs, note } = measured;
  const ratio = `${Math.round((rate / limit) * 100)} %`;
  return `${name.padEnd(44)} ${count(rate).padStart(9)} ${unit}/s   limit ${count(limit).padStart(9)} (${limitIs})   ${ratio.padStart(5)}${note === undefined ? '' : `   ${note}`}`;
}

/** Numbers from 0 to count − 1 in chunks of a size. */
export function* chunks(total: number, size: number): Generator<readonly number[]> {
  for (let start = 0; start < total; start += size)
    yield Array.from({ length: Math.min(size, total - start) }, (_, index) => start + index);
}
