import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { lookUntil } from './look-until.ts';

const PATIENCE = { atMostMillis: 1_000, everyMillis: 100 };

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('a look for something', () => {
  it('answers at once with what is there, also with what counts as no', async () => {
    expect(await lookUntil(async () => 0, PATIENCE)).toBe(0);
    expect(await lookUntil(async () => false, PATIENCE)).toBe(false);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('looks again until it is there', async () => {
    let looks = 0;
    const found = lookUntil(async () => (++looks === 4 ? 'there' : undefined), PATIENCE);
    await jest.advanceTimersByTimeAsync(300);
    expect(await found).toBe('there');
    expect(looks).toBe(4);
  });

  it('gives up behind its time, after one look more', async () => {
    let looks = 0;
    const found = lookUntil(async () => void (looks += 1), PATIENCE);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(await found).toBeUndefined();
    // At 0, 100, … 1,000 ms, and once behind that.
    expect(looks).toBe(12);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('fails with what a look fails with', async () => {
    await expect(lookUntil(() => Promise.reject(new Error('away')), PATIENCE)).rejects.toThrow('away');
  });
});
