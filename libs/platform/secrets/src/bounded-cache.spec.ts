import { describe, expect, it } from '@jest/globals';
import { BoundedCache } from './bounded-cache.ts';

describe('a bounded cache', () => {
  it('never holds more than its capacity, and drops what was used longest ago', () => {
    const cache = new BoundedCache<number>(3, 1_000, () => 0);
    for (let at = 0; at < 3; at += 1) cache.set(`k${at}`, at);
    expect(cache.get('k0')).toBe(0);
    cache.set('k3', 3);
    expect(cache.size).toBe(3);
    expect(['k0', 'k1', 'k2', 'k3'].map((key) => cache.get(key))).toEqual([0, undefined, 2, 3]);
  });

  it('forgets a value after its time, however often it is used', () => {
    let now = 0;
    const cache = new BoundedCache<number>(3, 1_000, () => now);
    cache.set('k', 1);
    for (now = 0; now < 1_000; now += 100) expect(cache.get('k')).toBe(1);
    expect(cache.get('k')).toBeUndefined();
    expect(cache.size).toBe(0);
  });
});
