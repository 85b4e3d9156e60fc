import { rest } from './rest.ts';

/** System time. */
export interface LookTimes {
  readonly atMostMillis: number;
  /** Between two looks. */
  readonly everyMillis: number;
}

/**
 * Looks until something is there.
 * @returns what was there; undefined where nothing was in time. The last look is behind the time, so that a slow machine gives nothing up early.
 */
export async function lookUntil<T>(
  look: () => Promise<T | undefined>,
  { atMostMillis, everyMillis }: LookTimes,
): Promise<T | undefined> {
  const until = performance.now() + atMostMillis;
  for (;;) {
    const isLast = performance.now() > until;
    const found = await look();
    if (found !== undefined || isLast) return found;
    await rest(everyMillis);
  }
}
