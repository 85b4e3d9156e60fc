import { epochMillisOf, plusMillis, type Instant } from '@smartkey/kernel';

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

/** What is remembered of the attempts at one account, over all its devices. */
export interface Attempts {
  /** Wrong codes since the last success or unlock. */
  readonly failures: number;
  readonly lockedUntil?: Instant | undefined;
  /** Locked until unlocked. */
  readonly hardLocked: boolean;
}

export const noAttempts: Attempts = { failures: 0, hardLocked: false };

export const isLocked = (attempts: Attempts, now: Instant): boolean =>
  attempts.hardLocked || (attempts.lockedUntil !== undefined && now < attempts.lockedUntil);

/** Whole seconds until the next attempt may be made; `undefined` where only an unlock helps. */
export const secondsUntilUnlocked = (attempts: Attempts, now: Instant): number | undefined =>
  attempts.hardLocked || attempts.lockedUntil === undefined
    ? undefined
    : Math.ceil((epochMillisOf(attempts.lockedUntil) - epochMillisOf(now)) / 1000);

/** The attempts after one more wrong code. */
export function afterFailure(attempts: Attempts, now: Instant, policy: LockOutPolicy = LOCK_OUT): Attempts {
  const failures = attempts.failures + 1;
  if (failures >= policy.hardLockAt) return { failures, hardLocked: true };
  if (failures < policy.freeFailures) return { failures, hardLocked: false };
  const doubled = policy.firstWaitSeconds * 2 ** (failures - policy.freeFailures);
  const wait = Math.min(doubled, policy.longestWaitSeconds);
  return { failures, lockedUntil: plusMillis(now, wait * 1000), hardLocked: false };
}
