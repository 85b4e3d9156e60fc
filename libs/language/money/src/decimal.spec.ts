import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { big, decimalOf, isDecimal } from './decimal.ts';

describe('a decimal as text', () => {
  it.each(['0', '300', '0.85', '-12', '7.5', '0.33', '-0.000001', '999999999999999.999999', '10.00'])(
    '%s is one',
    (text) => {
      expect(isDecimal(text)).toBe(true);
    },
  );

  it.each([
    ['an exponent', '1e3'],
    ['an exponent in capitals', '1E-3'],
    ['a plus', '+1'],
    ['negative zero', '-0'],
    ['negative zero with decimals', '-0.00'],
    ['leading zeros', '01'],
    ['no digit before the point', '.5'],
    ['no digit behind it', '5.'],
    ['seven decimals', '0.1234567'],
    ['sixteen digits', '1000000000000000'],
    ['thousands separators', '1,000'],
    ['white space', ' 1'],
    ['a line break', '1\n'],
    ['full-width digits', '１'],
    ['hexadecimals', '0x10'],
    ['words', 'NaN'],
    ['more words', 'Infinity'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(isDecimal(text)).toBe(false);
  });
});

describe('decimal arithmetic', () => {
  it('is exact where floats are not', () => {
    expect(decimalOf(big('0.1').plus('0.2'))).toBe('0.3');
    expect(decimalOf(big('0.548').times('300'))).toBe('164.4');
    expect(decimalOf(big('1.005').times('1000'))).toBe('1005');
  });

  it('agrees with integer arithmetic on thousandths, for any coefficient and price', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000 }),
        fc.bigInt({ min: 0n, max: 10n ** 12n }),
        (coefficient, price) => {
          const product = decimalOf(big(coefficient).times(String(price)));
          expect(product).toBe(String(BigInt(coefficient) * price));
        },
      ),
    );
  });

  it('is written plainly: no exponent, no trailing zeros', () => {
    expect(decimalOf(big('10.00'))).toBe('10');
    expect(decimalOf(big('0.000001').times('0.000001'))).toBe('0.000000000001');
    expect(decimalOf(big('999999999999999').times('999999999999999'))).toBe('999999999999998000000000000001');
    expect(decimalOf(big('5').minus('5'))).toBe('0');
    expect(decimalOf(big('-0.5').plus('0.5'))).toBe('0');
  });
});
