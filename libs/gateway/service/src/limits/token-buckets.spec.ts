import { describe, expect, it } from '@jest/globals';
import { TokenBuckets } from './token-buckets.ts';

describe('token buckets', () => {
  it('grant a burst, then as many as flow in, each name for itself', () => {
    let now = 0;
    const buckets = new TokenBuckets(2, 3, () => now);
    const granted = (name: string): boolean => buckets.take(name).granted;
    expect([granted('a'), granted('a'), granted('a'), granted('a')]).toEqual([true, true, true, false]);
    expect(granted('b')).toBe(true);
    now += 500;
    expect([granted('a'), granted('a')]).toEqual([true, false]);
    now += 60_000;
    expect(buckets.take('a')).toMatchObject({ granted: true, remaining: 2 });
  });

  it('say when to come again', () => {
    let now = 0;
    const buckets = new TokenBuckets(0.1, 1, () => now);
    expect(buckets.take('a')).toEqual({
      granted: true,
      remaining: 0,
      retryAfterSeconds: 0,
      resetSeconds: 10,
    });
    expect(buckets.isEmpty('a')).toBe(true);
    now += 4_000;
    expect(buckets.take('a')).toMatchObject({ granted: false, retryAfterSeconds: 6 });
    now += 6_000;
    expect(buckets.isEmpty('a')).toBe(false);
  });

  it('a name that was never seen is not empty, and asking takes nothing', () => {
    const buckets = new TokenBuckets(1, 1, () => 0);
    expect([buckets.isEmpty('a'), buckets.isEmpty('a'), buckets.take('a').granted]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('forget names that are full again, so that memory is bounded', () => {
    let now = 0;
    const buckets = new TokenBuckets(1_000, 1, () => now);
    for (let name = 0; name < 120_000; name += 1) {
      now += 1;
      buckets.take(`address ${name}`);
    }
    expect((buckets as unknown as { buckets: Map<string, unknown> }).buckets.size).toBeLessThanOrEqual(
      50_000,
    );
  });
});
