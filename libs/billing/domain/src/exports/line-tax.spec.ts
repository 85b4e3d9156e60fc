import { describe, expect, it } from '@jest/globals';
import { sumOfYen, type Yen } from '@smartkey/money';
import fc from 'fast-check';
import type { TaxCode } from '../tax/tax-code.ts';
import { taxesByRate, type TaxGroup } from '../tax/tax-groups.ts';
import { taxOfLines } from './line-tax.ts';
import { TAX_CODES } from './exports.samples.ts';

const ten = (...amounts: readonly Yen[]) =>
  amounts.map((amount) => ({ item: 'base', taxCode: 'JP-STD-10-2019' as TaxCode, amount }));
const row = (taxable: Yen, tax: Yen): TaxGroup => ({
  taxCode: 'JP-STD-10-2019',
  rate: '10',
  taxable,
  tax,
});

describe('the tax of a document by its lines, for it is rounded once per rate (消令70の10)', () => {
  it.each([
    [
      'three lines of 105 yen carry 31 yen, the first one more',
      ['105', '105', '105'],
      '31',
      ['11', '10', '10'],
    ],
    ['the largest remainder first', ['101', '109', '104'], '31', ['10', '11', '10']],
    ['of equal remainders the larger line', ['15', '105', '25'], '13', ['1', '10', '2']],
    ['a downward line carries less than nothing', ['305', '-105'], '20', ['31', '-11']],
    ['a reduction rounds towards 0', ['-305'], '-30', ['-30']],
    ['lines of 0 yen carry nothing', ['0', '105', '0'], '10', ['0', '10', '0']],
    ['a correction may carry a yen more than its own rounding', ['5'], '1', ['1']],
    ['a correction may carry none', ['9'], '0', ['0']],
    ['no share changes its sign', ['9', '-9'], '1', ['1', '0']],
    ['the note that brings a month to 0 returns the rest', ['-40405'], '-4040', ['-4040']],
  ] as const)('%s', (_what, amounts, tax, shares) =>
    expect(taxOfLines(ten(...amounts), [row('0', tax)])).toEqual(shares),
  );

  it('a row with tax and without a line is no document', () => {
    expect(() => taxOfLines([], [row('100', '10')])).toThrow(RangeError);
    expect(taxOfLines([], [row('0', '0')])).toEqual([]);
  });

  it('adds up to each row, to the yen, with the signs of the lines, and alike again', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            item: fc.constantFrom('base', 'adjustment'),
            taxCode: fc.constantFrom(...TAX_CODES),
            amount: fc
              .oneof(fc.integer({ min: -2000, max: 2000 }), fc.integer())
              .map((yen): Yen => `${BigInt(yen)}`),
          }),
          { minLength: 1, maxLength: 12 },
        ),
        fc.constantFrom('floor', 'ceil', 'halfUp'),
        (lines, rounding) => {
          const taxes = taxesByRate(lines, rounding);
          const shares = taxOfLines(lines, taxes);
          for (const { taxCode, tax } of taxes) {
            const own = lines.flatMap((line, index) => (line.taxCode === taxCode ? [shares[index]!] : []));
            expect(sumOfYen(own)).toBe(tax);
          }
          lines.forEach(({ amount }, index) =>
            expect(Number(amount) * Number(shares[index])).toBeGreaterThanOrEqual(0),
          );
          expect(taxOfLines(lines, taxes)).toEqual(shares);
        },
      ),
    ));
});
