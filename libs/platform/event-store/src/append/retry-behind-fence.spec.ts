import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Instant } from '@smartkey/kernel';
import { BehindFenceError } from '../event-store.port.ts';
import { retryBehindFence } from './retry-behind-fence.ts';

const instant = (second: number): Instant => `2024-01-01T00:00:0${second}.000Z` as Instant;
const standingAt = (now: Instant) => ({ now: () => now });

/** A log whose fence stands at an instant: it takes what is not stamped before. */
const logFencedAt =
  (fence: Instant) =>
  (stamp: () => Instant): Promise<Instant> => {
    const now = stamp();
    return now < fence ? Promise.reject(new BehindFenceError(fence)) : Promise.resolve(now);
  };

describe('what is decided behind the fence of the log', () => {
  it('is decided once where the fence has not passed its instant', async () => {
    const decide = jest.fn(logFencedAt(instant(1)));
    expect(await retryBehindFence(standingAt(instant(1)), decide)).toBe(instant(1));
    expect(decide).toHaveBeenCalledTimes(1);
  });

  it('is decided again at the fence by a clock that is behind it, without waiting', async () => {
    const decide = jest.fn(logFencedAt(instant(5)));
    expect(await retryBehindFence(standingAt(instant(1)), decide)).toBe(instant(5));
    expect(decide).toHaveBeenCalledTimes(2);
  });

  it('takes the clock’s instant again where that has passed the fence meanwhile', async () => {
    const instants = [instant(1), instant(7)];
    const clock = { now: () => instants.shift()! };
    expect(await retryBehindFence(clock, logFencedAt(instant(5)))).toBe(instant(7));
  });

  it('stays behind no fence that it has heard of, whatever fails next', async () => {
    const stamps: Instant[] = [];
    const failures = [new BehindFenceError(instant(5)), new Error('overtaken')];
    const decided = retryBehindFence(
      standingAt(instant(1)),
      (stamp) => {
        stamps.push(stamp());
        const failure = failures.shift();
        return failure === undefined ? Promise.resolve('done') : Promise.reject(failure);
      },
      { again: () => Promise.resolve(true) },
    );
    expect(await decided).toBe('done');
    expect(stamps).toEqual([instant(1), instant(5), instant(5)]);
  });

  it('fails with any other error at once, unless that is worth another attempt', async () => {
    const overtaken = new Error('overtaken');
    const decide = jest.fn(() => Promise.reject(overtaken));
    await expect(retryBehindFence(standingAt(instant(1)), decide)).rejects.toBe(overtaken);
    expect(decide).toHaveBeenCalledTimes(1);
    const asked: number[] = [];
    const again = (_error: unknown, attempt: number) => Promise.resolve(asked.push(attempt) < 9);
    await expect(retryBehindFence(standingAt(instant(1)), decide, { attempts: 3, again })).rejects.toBe(
      overtaken,
    );
    expect(asked).toEqual([1, 2, 3]);
    expect(decide).toHaveBeenCalledTimes(4);
  });

  describe('where it does not hear how far the fence is', () => {
    beforeEach(() => void jest.useFakeTimers());
    afterEach(() => void jest.useRealTimers());

    it('waits for the clock, a little longer each time, and gives up at last', async () => {
      const decide = jest.fn((stamp: () => Instant) => Promise.reject(new BehindFenceError(stamp())));
      const failed = expect(retryBehindFence(standingAt(instant(1)), decide)).rejects.toThrow(
        BehindFenceError,
      );
      const from = Date.now();
      await jest.runAllTimersAsync();
      await failed;
      expect(decide).toHaveBeenCalledTimes(20);
      expect(Date.now() - from).toBe((19 * 20) / 2);
    });
  });
});
