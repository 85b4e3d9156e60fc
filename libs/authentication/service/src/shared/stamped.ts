import type { Clock, Instant } from '@smartkey/kernel';
import { BehindFenceError } from '@smartkey/event-store';

const MOST_STAMPS = 20;

/**
 * Decides at the instant of the clock, and again at a later one where the log's fence has passed the first meanwhile.
 * @throws BehindFenceError where the clock does not get past the fence.
 */
export async function stamped<T>(clock: Clock, decide: (now: Instant) => Promise<T>): Promise<T> {
  for (let stamps = 1; ; stamps++) {
    try {
      return await decide(clock.now());
    } catch (error) {
      if (!(error instanceof BehindFenceError) || stamps === MOST_STAMPS) throw error;
      // On the machine's clock the next instant is a millisecond away.
      await new Promise((resolve) => setTimeout(resolve, stamps));
    }
  }
}
