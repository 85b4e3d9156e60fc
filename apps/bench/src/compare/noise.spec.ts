import { describe, expect, it } from '@jest/globals';
import { chanceOf, verdictOf } from './noise.ts';

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

  it('takes three runs, whatever they say, for too few', () => {
    expect(verdictOf([100, 100, 100], [50, 50, 50])).toBe('noise');
  });

  it('does not mind a difference that is certain and small', () => {
    expect(verdictOf([1000, 1001, 1002, 1003, 1004], [990, 991, 992, 993, 994])).toBe('noise');
  });

  it('is not misled by one disturbed run', () => {
    expect(verdictOf([100, 101, 99, 100, 30], [100, 99, 101, 100, 102])).toBe('noise');
  });
});
