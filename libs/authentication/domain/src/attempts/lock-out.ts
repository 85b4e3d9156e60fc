import { plusMillis, type Instant } from '@smartkey/kernel';
import type { Attempts } from './attempts.state.ts';

/** How wrong guesses at one account are slowed down (NIST SP 800-63B: at most 100 in a row, waits from 30 s to an hour). */
export interface LockOutPolicy {
  /** Wrong codes in a row before the first wait. */
  readonly freeFailures: number;
  readonly firstWaitSeconds: number;
  /** The wait doubles with each further failure, up to this. */
  readonly longestWaitSeconds: number;
  /** From this many failures in a row on the account stays locked until somebody unlocks it. */
  readonly hardLockAt: number;
}

export const LOCK_OUT: LockOutPolicy = {
  freeFailures: 5,
  firstWaitSeconds: 30,
  longestWaitSeconds: 3600,
  hardLockAt: 100,
};

/** The attempts after one more wrong code. */
export function afterFailure(attempts: Attempts, now: Instant, policy: LockOutPolicy = LOCK_OUT): Attempts {
  const failures = attempts.failures + 1;
  if (failures >= policy.hardLockAt) return { lock: 'hard', failures };
  if (failures < policy.freeFailures) return { lock: 'none', failures };
  const doubled = policy.firstWaitSeconds * 2 ** (failures - policy.freeFailures);
  const wait = Math.min(doubled, policy.longestWaitSeconds);
  return { lock: 'timed', failures, until: plusMillis(now, wait * 1000) };
}
