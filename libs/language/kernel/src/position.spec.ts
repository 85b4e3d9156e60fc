import { describe, expect, it } from '@jest/globals';
import { parsePosition } from './position.ts';

describe('a position in text', () => {
  it.each([
    ['0', 0n],
    ['42', 42n],
    ['999999999999999999', 999_999_999_999_999_999n],
    ['9223372036854775807', 2n ** 63n - 1n],
  ])('%s is one', (text, position) => {
    expect(parsePosition(text)).toBe(position);
  });

  it.each([
    '',
    '-1',
    '+1',
    '1.0',
    '1e3',
    '0x10',
    ' 1',
    '1\n',
    '１',
    '9223372036854775808',
    '9'.repeat(19),
    '0'.repeat(20),
  ])('%j is none', (text) => {
    expect(parsePosition(text)).toBeUndefined();
  });

  it('a number is none: JSON tells positions as text', () => {
    for (const value of [1, 1n, null, undefined, {}, ['1']]) expect(parsePosition(value)).toBeUndefined();
  });
});
