import { describe, expect, it } from '@jest/globals';
import { isFormula } from '@smartkey/kernel';
import { keptThroughFile, withoutApostrophe } from './spreadsheet-cell.ts';

/** As every CSV of ours writes a cell. */
const inFile = (cell: string): string => (isFormula(cell) ? `'${cell}` : cell);

describe('a cell that a spreadsheet would take for a formula', () => {
  it.each([
    'taro',
    '=1+1',
    "'=1+1",
    "''=1+1",
    '@taro',
    "'@taro",
    '-5',
    "'-5",
    "o'hara",
    "'quoted'",
    "'",
    '',
    '+81-3',
  ])('%j comes back from a file as it was written', (text) =>
    expect(withoutApostrophe(inFile(keptThroughFile(text)))).toBe(text),
  );

  it.each([
    ["'=1+1", '=1+1'],
    ["'@taro", '@taro'],
    ["'taro'", "'taro'"],
    ["'-5", "'-5"],
  ])('%j in a file is %j', (cell, text) => expect(withoutApostrophe(cell)).toBe(text));
});
