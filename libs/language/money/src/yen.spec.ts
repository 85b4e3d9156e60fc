import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { big } from './decimal.ts';
import { isYen, roundToYen, sumOfYen, type Yen, type YenRounding } from './yen.ts';

describe('rounding to yen, by policy', () => {
  it.each([
    // amount, floor, ceil, halfUp
    ['493.2', '493', '494', '493'],
    ['30.5', '30', '31', '31'],
    ['30.4999', '30', '31', '30'],
    ['31', '31', '31', '31'],
    ['0.999', '0', '1', '1'],
    ['0.000001', '0', '1', '0'],
    ['0', '0', '0', '0'],
    // On the absolute value: a credit is rounded as the debit was (消費税: −305 carries −30).
    ['-30.5', '-30', '-31', '-31'],
    ['-30.4999', '-30', '-31', '-30'],
    ['-0.4', '0', '-1', '0'],
    ['-0', '0', '0', '0'],
    ['999999999999999.5', '999999999999999', '1000000000000000', '1000000000000000'],
  ] as const)('%s: floor %s, ceil %s, halfUp %s', (amount, floor, ceil, halfUp) => {
    const rounded = (rounding: YenRounding) => roundToYen(big(amount), rounding);
    expect([rounded('floor'), rounded('ceil'), rounded('halfUp')]).toEqual([floor, ceil, halfUp]);
  });

  it('消費税: 8 % and 10 % of three lines of 105 yen, and of a negative group', () => {
    expect(roundToYen(big('315').times('0.10'), 'floor')).toBe('31');
    expect(roundToYen(big('-305').times('0.10'), 'floor')).toBe('-30');
    expect(roundToYen(big('170').times('0.08'), 'floor')).toBe('13');
  });

  it('is symmetric about zero, for every policy', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 18n }),
        fc.constantFrom<YenRounding>('floor', 'ceil', 'halfUp'),
        (millionths, rounding) => {
          const amount = big(`${millionths}`).div(1_000_000);
          const debit = roundToYen(amount, rounding);
          expect(roundToYen(amount.times(-1), rounding)).toBe(debit === '0' ? '0' : `-${debit}`);
        },
      ),
    );
  });

  it('floors as integers do', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), (millionths) => {
        const amount = big(`${millionths}`).div(1_000_000);
        expect(roundToYen(amount, 'floor')).toBe(String(millionths / 1_000_000n));
        expect(roundToYen(amount, 'halfUp')).toBe(String((millionths + 500_000n) / 1_000_000n));
        expect(roundToYen(amount, 'ceil')).toBe(String((millionths + 999_999n) / 1_000_000n));
      }),
    );
  });
});

describe('amounts of yen', () => {
  it('add up exactly, beyond what a float holds', () => {
    expect(sumOfYen([])).toBe('0');
    expect(sumOfYen(['44563', '-305', '0'])).toBe('44258');
    expect(sumOfYen(['9007199254740992', '1'])).toBe('9007199254740993');
    expect(sumOfYen(['100', '-100'])).toBe('0');
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n })), (amounts) => {
        expect(sumOfYen(amounts.map((amount): Yen => `${amount}`))).toBe(
          String(amounts.reduce((sum, amount) => sum + amount, 0n)),
        );
      }),
    );
  });

  it.each(['0', '1', '-305', '44563', '999999999999999', '-999999999999999'])('%s is one', (text) => {
    expect(isYen(text)).toBe(true);
  });

  it.each([
    '-0',
    '00',
    '01',
    '+1',
    '1.0',
    '1e3',
    '1,000',
    ' 1',
    '1\n',
    '',
    '-',
    '１００',
    '1000000000000000',
    'NaN',
  ])('%j is none', (text) => {
    expect(isYen(text)).toBe(false);
  });
});
