import { describe, expect, it } from '@jest/globals';
import { plusMillis, type Instant } from '@smartkey/kernel';
import { isLocked, noAttempts, secondsUntilUnlocked, type Attempts } from './attempts.state.ts';
import { afterFailure } from './lock-out.ts';

const start = '2018-01-01T00:00:00.000Z';

/** Failures in a row, each as soon as the account admits it. */
function failing(times: number): { readonly attempts: Attempts; readonly waits: (number | undefined)[] } {
  let attempts = noAttempts;
  let now: Instant = start;
  const waits: (number | undefined)[] = [];
  for (let count = 0; count < times; count++) {
    attempts = afterFailure(attempts, now);
    const wait = secondsUntilUnlocked(attempts, now);
    waits.push(wait);
    now = plusMillis(now, (wait ?? 0) * 1000);
  }
  return { attempts, waits };
}

describe('NIST SP 800-63B: wrong codes in a row are slowed down', () => {
  it('five are free of a wait before the next but the last, then the wait doubles from 30 s to an hour', () => {
    expect(failing(13).waits).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      30,
      60,
      120,
      240,
      480,
      960,
      1920,
      3600,
      3600,
    ]);
  });

  it('nobody guesses more than 34 times in the first 24 hours', () => {
    let attempts = noAttempts;
    let guesses = 0;
    for (let second = 0; second < 86_400; second++) {
      const now = plusMillis(start, second * 1000);
      while (!isLocked(attempts, now)) {
        attempts = afterFailure(attempts, now);
        guesses++;
      }
    }
    expect(guesses).toBe(34);
  });

  it('the hundredth locks for good, until somebody unlocks', () => {
    const nearly = failing(99).attempts;
    expect(nearly).toMatchObject({ failures: 99, lock: 'timed' });
    const locked = afterFailure(nearly, '2019-01-01T00:00:00.000Z');
    expect(locked).toEqual({ failures: 100, lock: 'hard' });
    expect(isLocked(locked, '2099-01-01T00:00:00.000Z')).toBe(true);
    expect(secondsUntilUnlocked(locked, start)).toBeUndefined();
  });

  it('a wait is over at its very end, and is told in whole seconds, never 0 while it lasts', () => {
    const { attempts } = failing(5);
    const until = plusMillis(start, 30_000);
    expect(isLocked(attempts, plusMillis(until, -1))).toBe(true);
    expect(secondsUntilUnlocked(attempts, plusMillis(until, -1))).toBe(1);
    expect(isLocked(attempts, until)).toBe(false);
  });

  it('when a wait is over the failures still stand: waiting is no reset', () => {
    const { attempts } = failing(5);
    const next = afterFailure(attempts, plusMillis(start, 86_400_000));
    expect(secondsUntilUnlocked(next, plusMillis(start, 86_400_000))).toBe(60);
  });
});
