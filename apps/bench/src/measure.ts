/** What a piece of work took of the machine. */
export interface Load {
  readonly seconds: number;
  /** The most resident memory of this process during the work, in megabytes (10⁶ bytes): PGlite's own is in it. */
  readonly peakMegabytes: number;
  /** Database transactions, statements by themselves counted as one each. */
  readonly transactions: number;
}

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
  /** Of the project's own work. */
  readonly load?: Load;
}

/** How long something takes, in milliseconds, beside the shortest that it could. */
export interface Latency {
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
  readonly p999?: number;
  readonly floor: number;
  readonly floorIs: string;
  readonly samples: number;
}

/** What something takes, of memory, time or a processor, beside the least that it could where that is known. */
export interface Amount {
  readonly name: string;
  readonly amount: number;
  readonly unit: string;
  readonly least?: number;
  readonly leastIs?: string;
}

/** Whatever a bench measures. */
export type Measured = Figure | Latency | Amount;

/** The value that a share of the samples does not exceed. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;
}

/** The quantiles of a latency. @param floors samples of the shortest that it could take. */
export const quantilesOf = (
  name: string,
  millis: readonly number[],
  floors: readonly number[],
  floorIs: string,
): Latency => ({
  name,
  p50: quantile(millis, 0.5),
  p99: quantile(millis, 0.99),
  floor: quantile(floors, 0.5),
  floorIs,
  samples: millis.length,
});

/** How long work takes by the wall, in milliseconds. */
export async function millisOf(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Runs work and tells how many units a second it did. */
export async function rateOf(units: number, work: () => Promise<unknown>): Promise<number> {
  return units / (await secondsOf(work));
}

/**
 * Whether seconds are those that this process was given a processor, own work and limit alike: on a busy machine they tell what walls do not. Only where all
 * of the work is this process's, as on PGlite.
 */
export const BY_PROCESSOR = process.env['BENCH_CLOCK'] === 'processor';

function seconds(): number {
  if (!BY_PROCESSOR) return performance.now() / 1_000;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = seconds();
  await work();
  return seconds() - started;
}

/** The rate of work from the first look at which some of it was done: what goes before that is a start. */
export class RateOnceRunning {
  #first: { readonly at: number; readonly done: number } | undefined;
  #last = { at: 0, done: 0 };

  /** @param done units so far. */
  look(done: number): void {
    if (done === 0) return;
    this.#last = { at: performance.now(), done };
    this.#first ??= this.#last;
  }

  /** Units a second. @throws where all was done at the first look. */
  get rate(): number {
    const { at, done } = this.#first ?? this.#last;
    if (this.#last.done === done) throw new Error('all of the work was done before it could be watched');
    return ((this.#last.done - done) / (this.#last.at - at)) * 1_000;
  }
}

/** How often the memory is looked at, in milliseconds: an allocation that lives shorter is not seen. */
const LOOK_MILLIS = 100;

/** Runs work and tells what it took. @param transactions how many there have been so far. */
export async function loadOf(
  { transactions }: { readonly transactions: () => number },
  work: () => Promise<unknown>,
): Promise<Load> {
  let peak = process.memoryUsage.rss();
  const look = (): void => void (peak = Math.max(peak, process.memoryUsage.rss()));
  const timer = setInterval(look, LOOK_MILLIS);
  const before = transactions();
  try {
    const seconds = await secondsOf(work);
    look();
    return { seconds, peakMegabytes: Math.round(peak / 1e6), transactions: transactions() - before };
  } finally {
    clearInterval(timer);
  }
}

/** Numbers from 0 to count − 1 in chunks of a size. */
export function* chunks(total: number, size: number): Generator<readonly number[]> {
  for (let start = 0; start < total; start += size)
    yield Array.from({ length: Math.min(size, total - start) }, (_, index) => start + index);
}
