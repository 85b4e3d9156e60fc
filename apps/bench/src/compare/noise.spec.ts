import { describe, expect, it } from '@jest/globals';
import { chanceOf, LEAST_RUNS, verdictOf } from './noise.ts';

describe('whether two commits differ by more than noise', () => {
  it('knows the exact chances of small samples', () => {
    // The lowest five of ten, or the highest five: two of 252 ways.
    expect(chanceOf([1, 2, 3, 4, 5], [6, 7, 8, 9, 10])).toBeCloseTo(2 / 252, 10);
    expect(chanceOf([1, 2, 3], [4, 5, 6])).toBeCloseTo(2 / 20, 10);
    expect(chanceOf([1, 3, 5], [2, 4, 6])).toBeCloseTo(0.7, 10);
  });

  it('calls equal values equal', () => {
    expect(chanceOf([7, 7, 7], [7, 7, 7])).toBe(1);
    expect(verdictOf([7, 7, 7, 7], [7, 7, 7, 7])).toBe('noise');
  });

  it('tells which way a certain difference goes', () => {
    expect(verdictOf([100, 101, 99, 100, 102], [80, 81, 79, 82, 80])).toBe('worse');
    expect(verdictOf([80, 81, 79, 82, 80], [100, 101, 99, 100, 102])).toBe('better');
  });

  it('can tell something of the least runs that are taken, and nothing of one less, whatever they say', () => {
    const runs = (count: number, rate: number) => Array.from({ length: count }, (_, index) => rate + index);
    expect(verdictOf(runs(LEAST_RUNS, 100), runs(LEAST_RUNS, 50))).toBe('worse');
    expect(verdictOf(runs(LEAST_RUNS - 1, 100), runs(LEAST_RUNS - 1, 50))).toBe('noise');
  });

  it('does not mind a difference that is certain and small', () => {
    expect(verdictOf([1000, 1001, 1002, 1003, 1004], [990, 991, 992, 993, 994])).toBe('noise');
  });

  it('is not misled by one disturbed run', () => {
    expect(verdictOf([100, 101, 99, 100, 30], [100, 99, 101, 100, 102])).toBe('noise');
  });
});
