import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';

/** Below the runner's own limit of a test (jest.config.mjs), so that a test says what it waited for. */
const PATIENCE_SECONDS = 110;
const FIRST_PAUSE_MILLIS = 5;
const LONGEST_PAUSE_MILLIS = 50;
/** After a look that took longer than that there is as long a pause as the look was, and no longer than this. */
const LONGEST_REST_MILLIS = 1_000;
/** Characters of what was seen last. */
const MOST_SEEN = 4_000;

export interface Patience {
  /** System time. For a test that has a longer limit of its own, or waits for more than one thing. */
  readonly seconds?: number;
}

/** What was waited for has not come in time. */
export class WaitedInVainError extends Error {
  override readonly name = 'WaitedInVainError';
}

/**
 * Looks again until what is seen is as wanted, ever more seldom: a look may be dear.
 * @returns what was seen then
 * @throws WaitedInVainError with the text of `wanted` and what was seen last; what `look` throws is thrown at once
 */
export async function untilSeen<T>(
  look: () => T | Promise<T>,
  wanted: (seen: T) => boolean,
  { seconds = PATIENCE_SECONDS }: Patience = {},
): Promise<T> {
  return looked(look, wanted, seconds, (seen) => {
    const last = inspect(seen, { depth: 6, breakLength: 120 }).slice(0, MOST_SEEN);
    return `not seen within ${seconds} s: ${String(wanted)}\nlast seen: ${last}`;
  });
}

/**
 * Waits for what must come.
 * @throws WaitedInVainError with the text of `holds`; what `holds` throws is thrown at once
 */
export async function until(
  holds: () => boolean | Promise<boolean>,
  { seconds = PATIENCE_SECONDS }: Patience = {},
): Promise<void> {
  await looked(
    holds,
    (held) => held,
    seconds,
    () => `did not hold within ${seconds} s: ${String(holds)}`,
  );
}

/** A test that was given up leaves its wait behind in the worker: that must end too, and cost little until then. */
async function looked<T>(
  look: () => T | Promise<T>,
  wanted: (seen: T) => boolean,
  seconds: number,
  inVain: (seen: T) => string,
): Promise<T> {
  const deadline = performance.now() + seconds * 1_000;
  for (let millis = FIRST_PAUSE_MILLIS; ; millis = Math.min(millis * 1.25, LONGEST_PAUSE_MILLIS)) {
    // The last look is behind the deadline: a machine that was held up meanwhile has its chance.
    const begun = performance.now();
    const seen = await look();
    if (wanted(seen)) return seen;
    if (begun > deadline) throw new WaitedInVainError(inVain(seen));
    const lookMillis = performance.now() - begun;
    await pause(Math.max(millis, Math.min(lookMillis, LONGEST_REST_MILLIS)));
  }
}
