import type { ClosedSpan } from '@smartkey/calendar';
import { describe, expect, it } from '@jest/globals';
import { rateBaseFee } from './base-fee.ts';

const month = '2018-01';
const from15th: ClosedSpan = { from: '2018-01-15', to: '2018-01-31' };

describe('別紙1, 2: 月額基本料', () => {
  it('is full in a month that the window covers in part, unless the quote says otherwise', () =>
    expect(rateBaseFee('10000', 'full', month, from15th, 'floor')).toBe('10000'));

  it.each([
    ['from the 15th', from15th, '5483'],
    ['from the 15th to the 20th', { from: '2018-01-15', to: '2018-01-20' }, '1935'],
    ['all month', { from: '2018-01-01', to: '2018-01-31' }, '10000'],
    ['one day', { from: '2018-01-31', to: '2018-01-31' }, '322'],
  ] as const)('prorated %s: exact days ÷ days of the month, one yen rounding', (_when, window, expected) =>
    expect(rateBaseFee('10000', 'prorated', month, window, 'floor')).toBe(expected),
  );

  it('rounds by the policy', () => {
    expect(rateBaseFee('10000', 'prorated', month, from15th, 'ceil')).toBe('5484');
    expect(rateBaseFee('10000', 'prorated', month, from15th, 'halfUp')).toBe('5484');
    expect(rateBaseFee('31', 'prorated', month, from15th, 'ceil')).toBe('17');
  });
});
