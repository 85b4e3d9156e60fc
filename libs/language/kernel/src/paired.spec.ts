import { describe, expect, it } from '@jest/globals';
import { paired } from './paired.ts';

describe('two lists', () => {
  it('are paired place by place, also where nothing stands in a place', () => {
    expect(paired(['a', 'b'], [1, undefined])).toEqual([
      ['a', 1],
      ['b', undefined],
    ]);
    expect(paired([], [])).toEqual([]);
  });

  it('are not paired where one is longer', () => {
    expect(() => paired(['a'], [])).toThrow(RangeError);
    expect(() => paired([], [1])).toThrow(RangeError);
  });
});
