import type { Instant } from '@smartkey/kernel';
import type { Attempts } from './attempts.state.ts';
import { afterFailure, LOCK_OUT, type LockOutPolicy } from './lock-out.ts';

/**
 * The attempts at an account whose last failures may be lost: it waits as after one more wrong code, and as after the first that is followed
 * by a wait at least. So a loss gives no further guesses. A lock that lasts longer stays, and none without an end is set.
 */
export function afterLostFailures(
  attempts: Attempts,
  now: Instant,
  policy: LockOutPolicy = LOCK_OUT,
): Attempts {
  if (attempts.lock === 'hard') return attempts;
  const before = Math.min(Math.max(attempts.failures, policy.freeFailures - 1), policy.hardLockAt - 2);
  const waiting = afterFailure({ lock: 'none', failures: before }, now, policy);
  if (attempts.lock === 'timed' && waiting.lock === 'timed' && attempts.until > waiting.until)
    return attempts;
  return { ...waiting, failures: Math.max(attempts.failures, policy.freeFailures) };
}
