import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Backoff } from './backoff.ts';
import { Alarm, rest } from './rest.ts';

/** How long it took, by the clock of the timers. */
async function lasted(work: Promise<unknown>): Promise<number> {
  const from = Date.now();
  await work;
  return Date.now() - from;
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('a rest', () => {
  it('lasts as long as it should, or until the signal, and does not begin where that has been given', async () => {
    const stop = new AbortController();
    const long = lasted(rest(60_000, stop.signal));
    const short = lasted(rest(20));
    await jest.advanceTimersByTimeAsync(20);
    expect(await short).toBe(20);
    stop.abort();
    expect(await long).toBe(20);
    expect(await lasted(rest(60_000, stop.signal))).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('an alarm', () => {
  it('ends the rest that is under way, and only that', async () => {
    const alarm = new Alarm();
    const first = lasted(alarm.rest(1_000));
    await jest.advanceTimersByTimeAsync(10);
    alarm.wake();
    expect(await first).toBe(10);
    const second = lasted(alarm.rest(1_000));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await second).toBe(1_000);
  });

  it('that rings before a rest, however often, makes one of no length', async () => {
    const alarm = new Alarm();
    alarm.wake();
    alarm.wake();
    expect(await lasted(alarm.rest(1_000))).toBe(0);
    const next = lasted(alarm.rest(1_000));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await next).toBe(1_000);
  });
});

describe('a back-off', () => {
  it('doubles up to its limit, and begins anew after a success', () => {
    const backoff = new Backoff({ firstMillis: 100, mostMillis: 350 });
    expect([1, 2, 3, 4].map(() => backoff.next())).toEqual([100, 200, 350, 350]);
    backoff.reset();
    expect(backoff.next()).toBe(100);
  });

  it('waits until the signal at most', async () => {
    const stop = new AbortController();
    const waiting = lasted(new Backoff({ firstMillis: 100, mostMillis: 100 }).wait(stop.signal));
    await jest.advanceTimersByTimeAsync(30);
    stop.abort();
    expect(await waiting).toBe(30);
  });
});
