import { describe, expect, it } from '@jest/globals';
import { distinctDays, spanOfMonth, type DaySpan, addDays, type JstDay } from '@smartkey/calendar';
import { big, decimalOf, roundToYen } from '@smartkey/money';
import fc from 'fast-check';
import { feeOfAccount, rateAccountUsage } from './account-usage.ts';
import { coefficientOf, decimalOfThousandths } from './coefficient.ts';
import { accountsIn, histogramOf } from './used-days.ts';

describe('別紙1 備考(1): the coefficient', () => {
  it.each([
    [17, 31, '0.548', '164.4'],
    [16, 31, '0.516', '154.8'],
    [1, 31, '0.032', '9.6'],
    [20, 30, '0.666', '199.8'],
    [31, 31, '1', '300'],
    [29, 29, '1', '300'],
    [8, 28, '0.285', '85.5'],
  ])('%i of %i days is %s, at 300 yen %s', (days, daysInMonth, coefficient, fee) => {
    expect(decimalOfThousandths(coefficientOf(days, daysInMonth))).toBe(coefficient);
    expect(feeOfAccount(days, daysInMonth, '300')).toBe(fee);
  });

  it.each([
    [31, { 1: 32, 2: 64, 10: 322, 11: 354, 15: 483, 16: 516, 17: 548, 20: 645, 30: 967, 31: 1000 }],
    [30, { 1: 33, 10: 333, 17: 566, 20: 666, 29: 966, 30: 1000 }],
    [29, { 1: 34, 14: 482, 15: 517, 29: 1000 }],
    [28, { 1: 35, 13: 464, 14: 500, 15: 535, 27: 964, 28: 1000 }],
  ])('keeps three decimals in a month of %i days', (daysInMonth, table) => {
    for (const [days, thousandths] of Object.entries(table))
      expect(coefficientOf(Number(days), daysInMonth)).toBe(thousandths);
  });

  it('never gives more than the whole month for days split in two, nor misses more than 0.001', () => {
    for (const daysInMonth of [28, 29, 30, 31])
      for (let days = 1; days < daysInMonth; days++) {
        const sum = coefficientOf(days, daysInMonth) + coefficientOf(daysInMonth - days, daysInMonth);
        expect(sum).toBe((days * 1000) % daysInMonth === 0 ? 1000 : 999);
      }
  });

  it('refuses days that no month has', () => {
    expect(() => coefficientOf(32, 31)).toThrow(RangeError);
    expect(() => coefficientOf(-1, 31)).toThrow(RangeError);
    expect(() => coefficientOf(1.5, 31)).toThrow(RangeError);
  });
});

describe('別紙1 備考(1): the account usage', () => {
  const amount = (histogram: Parameters<typeof rateAccountUsage>[0], daysInMonth = 31) =>
    rateAccountUsage(histogram, daysInMonth, '300', 'floor');

  it('100 accounts of 17/31 are 16,440, not 16,451 or 16,449', () =>
    expect(amount([[17, 100]])).toEqual({ coefficientSum: '54.8', amount: '16440' }));

  it('100 accounts of 20/30 are 19,980, not 20,000', () =>
    expect(amount([[20, 100]], 30).amount).toBe('19980'));

  it('3 accounts of 17/31 are 493: the sum is rounded, not each account', () =>
    expect(amount([[17, 3]]).amount).toBe('493'));

  it('100 all month, 3 for 17 days and 2 for a day are 30,512 in January', () =>
    expect(
      amount([
        [1, 2],
        [17, 3],
        [31, 100],
      ]),
    ).toEqual({ coefficientSum: '101.708', amount: '30512' }));

  it('the same are 30,529 in September', () =>
    expect(
      amount(
        [
          [1, 2],
          [17, 3],
          [30, 100],
        ],
        30,
      ).amount,
    ).toBe('30529'));

  it('is 0 without accounts', () => expect(amount([])).toEqual({ coefficientSum: '0', amount: '0' }));

  it('multiplies exactly where binary floating point fails: 4 of 28 days at 1,500 yen are 213', () =>
    expect(rateAccountUsage([[4, 1]], 28, '1500', 'floor').amount).toBe('213'));

  it('rounds the sum by the policy', () => {
    expect(rateAccountUsage([[17, 3]], 31, '300', 'ceil').amount).toBe('494');
    expect(rateAccountUsage([[17, 3]], 31, '300.5', 'halfUp').amount).toBe('494');
  });
});

const day = (n: number): JstDay => addDays('2024-01-01', n - 1);
const january = spanOfMonth('2024-01');
const spells = fc.array(
  fc
    .tuple(fc.integer({ min: 1, max: 31 }), fc.integer({ min: 1, max: 31 }))
    .map(([a, b]): DaySpan => ({ from: day(Math.min(a, b)), to: day(Math.max(a, b)) })),
  { maxLength: 4 },
);
const prices = fc
  .tuple(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 999_999 }))
  .map(([yen, millionths]) => decimalOf(big(yen).plus(big(millionths).times('0.000001'))));

describe('別紙1 備考(1): properties', () => {
  it('the fold of the histogram equals adding up account by account, for any registrations and price', () => {
    fc.assert(
      fc.property(fc.array(spells, { maxLength: 60 }), prices, (accounts, price) => {
        const usedDays = accounts.map((account) => distinctDays(account, january));
        const naive = usedDays
          .map((days) => feeOfAccount(days, 31, price))
          .reduce((sum, fee) => sum.plus(fee), big(0));
        const histogram = histogramOf(usedDays);
        expect(rateAccountUsage(histogram, 31, price, 'floor').amount).toBe(roundToYen(naive, 'floor'));
        expect(accountsIn(histogram)).toBe(usedDays.filter((days) => days > 0).length);
      }),
    );
  });

  it('used days are a union: each day of the month counted alone gives the same', () => {
    fc.assert(
      fc.property(spells, (account) => {
        const covered = Array.from({ length: 31 }, (_, index) => day(index + 1)).filter((each) =>
          account.some(({ from, to }) => from <= each && each <= to!),
        );
        expect(distinctDays(account, january)).toBe(covered.length);
      }),
    );
  });

  it('accounts add up: the thousandths of two groups are those of both together', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(31)), fc.array(fc.nat(31)), (some, others) => {
        const sum = (days: readonly number[]) =>
          big(rateAccountUsage(histogramOf(days), 31, '1', 'floor').coefficientSum);
        expect(sum(some).plus(sum(others)).toFixed()).toBe(sum([...some, ...others]).toFixed());
      }),
    );
  });

  it('adding a spell never lowers the fee', () => {
    fc.assert(
      fc.property(spells, spells, (account, more) => {
        const fee = (of: readonly DaySpan[]) => big(feeOfAccount(distinctDays(of, january), 31, '300'));
        expect(fee([...account, ...more]).gte(fee(account))).toBe(true);
      }),
    );
  });

  it('the order of the accounts does not matter', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(31)), (days) => {
        expect(histogramOf([...days].reverse())).toEqual(histogramOf(days));
      }),
    );
  });
});

describe('別紙1 備考(1): the table of the rules', () => {
  const coefficient = (...account: DaySpan[]) =>
    decimalOfThousandths(coefficientOf(distinctDays(account, january), 31));
  const span = (from: number, to: number): DaySpan => ({ from: day(from), to: day(to) });

  it('spells 1–10, 11–20, 21–31 of one account are the whole month', () =>
    expect(coefficient(span(1, 10), span(11, 20), span(21, 31))).toBe('1'));
  it('5–10 and 10–20 are 16 days', () => expect(coefficient(span(5, 10), span(10, 20))).toBe('0.516'));
  it('registered and deregistered on the 15th is one day', () =>
    expect(coefficient(span(15, 15))).toBe('0.032'));
});
