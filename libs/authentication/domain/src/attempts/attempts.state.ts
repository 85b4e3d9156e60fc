import { epochMillisOf, type Instant } from '@smartkey/kernel';

/** What is remembered of the attempts at one account, over all its devices. `failures`: wrong codes since the last success or unlock. */
export type Attempts =
  | { readonly lock: 'none'; readonly failures: number }
  /** No code is looked at before `until`. When that is over the failures still stand. */
  | { readonly lock: 'timed'; readonly failures: number; readonly until: Instant }
  /** Locked until somebody unlocks it. */
  | { readonly lock: 'hard'; readonly failures: number };

export const noAttempts: Attempts = { lock: 'none', failures: 0 };

export const isLocked = (attempts: Attempts, now: Instant): boolean =>
  attempts.lock === 'hard' || (attempts.lock === 'timed' && now < attempts.until);

/** Whole seconds until the next attempt may be made; `undefined` where only an unlock helps, or nothing is locked. */
export const secondsUntilUnlocked = (attempts: Attempts, now: Instant): number | undefined =>
  attempts.lock === 'timed'
    ? Math.ceil((epochMillisOf(attempts.until) - epochMillisOf(now)) / 1000)
    : undefined;
