import { describe, expect, it } from '@jest/globals';
import { equalInConstantTime } from './constant-time.ts';

describe('comparing a guess', () => {
  it.each([
    ['123456', '123456', true],
    ['123456', '123457', false],
    ['123456', '023456', false],
    ['123456', '12345', false],
    ['123456', '1234567', false],
    ['123456', '', false],
    ['', '', true],
    ['12345\uffff', '12345', false],
  ])('%j and %j: %s', (expected, given, equal) => {
    expect(equalInConstantTime(expected, given)).toBe(equal);
  });

  it('reads every character of the right code, wherever the first difference is', () => {
    const reads = (given: string): number => {
      let count = 0;
      const watched = {
        length: 6,
        charCodeAt: (index: number) => (count++, '123456'.charCodeAt(index)),
      } as unknown as string;
      equalInConstantTime(watched, given);
      return count;
    };
    expect([reads('023456'), reads('123450'), reads('123456'), reads('1')]).toEqual([6, 6, 6, 6]);
  });
});
