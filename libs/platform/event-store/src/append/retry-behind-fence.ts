import { laterOf, type Clock, type Instant } from '@smartkey/kernel';
import { rest } from '@smartkey/lifecycle';
import { BehindFenceError } from '../event-store.port.ts';

export interface RetryOptions {
  /** How often it is tried at most (default 20). */
  readonly attempts?: number;
  /** Whether another failure than one behind the fence is worth a further attempt; it may wait first. Default: none is. */
  readonly again?: (error: unknown, attempt: number) => Promise<boolean>;
}

const MOST_ATTEMPTS = 20;

/**
 * Decides and appends, and does both again at a later instant where the log's fence has passed the first meanwhile.
 * @param decide takes its instant from `stamp`, once, when it has read what it decides upon: the clock's, and after a failure none
 *   before the fence.
 * @throws the failure of the last attempt: BehindFenceError where the fence kept passing it.
 */
export async function retryBehindFence<T>(
  clock: Clock,
  decide: (stamp: () => Instant, attempt: number) => Promise<T>,
  { attempts = MOST_ATTEMPTS, again = () => Promise.resolve(false) }: RetryOptions = {},
): Promise<T> {
  let notBefore: Instant | undefined;
  let stamped: Instant | undefined;
  const stamp = (): Instant =>
    (stamped = notBefore === undefined ? clock.now() : laterOf(clock.now(), notBefore));
  for (let attempt = 1; ; attempt += 1)
    try {
      return await decide(stamp, attempt);
    } catch (error) {
      if (!(error instanceof BehindFenceError)) {
        if (!(await again(error, attempt)) || attempt >= attempts) throw error;
        continue;
      }
      if (attempt >= attempts) throw error;
      notBefore = error.fence;
      // Who was refused without hearing how far the fence is names the instant itself. The clock's next one is a millisecond away.
      if (stamped !== undefined && notBefore <= stamped) await rest(attempt);
    }
}
