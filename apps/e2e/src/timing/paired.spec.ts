import { describe, expect, it } from '@jest/globals';
import { seededChance } from '../crash/seeded-chance.ts';
import { compare } from './paired.ts';

/** Times that a machine with other work would show: about ten milliseconds, now and then many more, slower for a while. */
function times(pairs: number, more: number, seed: number): readonly [number[], number[]] {
  const chance = seededChance(seed);
  const time = (pair: number): number =>
    10 + Math.sin(pair / 20) * 4 + chance() * 3 + (chance() < 0.05 ? chance() * 200 : 0);
  const both = Array.from({ length: pairs }, (_, pair) => [time(pair) + more, time(pair)] as const);
  return [both.map(([one]) => one), both.map(([, other]) => other)];
}

describe('interleaved pairs', () => {
  it('show a difference of half a millisecond through noise many times as large', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const { difference, z } = compare(...times(1_000, 0.5, seed));
      expect(difference).toBeGreaterThan(0.3);
      expect(difference).toBeLessThan(0.7);
      expect(z).toBeGreaterThan(4.5);
    }
  });

  it('show none where there is none', () => {
    const zs = Array.from({ length: 200 }, (_, seed) => Math.abs(compare(...times(300, 0, seed + 1)).z));
    expect(Math.max(...zs)).toBeLessThan(4.5);
    expect(zs.filter((z) => z > 1.96).length).toBeLessThan(24);
  });

  it('are at least twenty, one for one', () => {
    expect(() => compare([1], [1])).toThrow(RangeError);
    expect(() => compare(new Array<number>(30).fill(1), new Array<number>(29).fill(1))).toThrow(RangeError);
  });
});
