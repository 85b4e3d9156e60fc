import type { Decimal, Yen } from '@smartkey/money';
import { describe, expect, it } from '@jest/globals';
import type { AuthApiPrice, Quote } from '@smartkey/terms';
import { isNeverLower } from './never-lower.ts';

const common = { id: 'quo_1', effectiveMonth: '2018-01', baseFeeInPartialMonth: 'full' } as const;
const enterprise = (baseFee: Yen, accountFee: Decimal, more: object = {}): Quote =>
  ({ ...common, plan: 'enterprise', baseFee, accountFee, ...more }) as Quote;
const provider = (authApi: AuthApiPrice, baseFee: Yen = '5000'): Quote => ({
  ...common,
  plan: 'service-provider',
  baseFee,
  authApi,
});
const prorated = { baseFeeInPartialMonth: 'prorated' };

describe('Two persons: a quote that is never lower than another, whatever was used', () => {
  it.each([
    ['the same prices', enterprise('10000', '300'), true, true],
    ['a higher account fee', enterprise('10000', '300.5'), true, true],
    ['a lower account fee', enterprise('10000', '299.999'), true, false],
    ['a lower base fee with a higher account fee', enterprise('9999', '1000'), true, false],
    ['more digits before the point', enterprise('100000', '300'), true, true],
    ['a prorated base fee in a whole month', enterprise('10000', '300', prorated), true, true],
    ['a prorated base fee in a partial month', enterprise('10000', '300', prorated), false, false],
  ] as const)('enterprise, %s: %#', (_what, quote, whole, never) => {
    expect(isNeverLower(quote, enterprise('10000', '300'), whole)).toBe(never);
  });

  it('a full base fee is never lower than a prorated one', () => {
    expect(isNeverLower(enterprise('10000', '300'), enterprise('10000', '300', prorated), false)).toBe(true);
  });

  const perUnit = (unitPrice: Decimal, freeUnits?: number): AuthApiPrice => ({
    model: 'perUnit',
    unitPrice,
    ...(freeUnits !== undefined && { freeUnits }),
  });
  const tiered = (model: 'graduated' | 'volume', last: Decimal, freeUnits = 10): AuthApiPrice => ({
    model,
    freeUnits,
    tiers: [
      { upTo: 100, unitPrice: '1', flatFee: '50' },
      { upTo: null, unitPrice: last },
    ],
  });
  const pack = (packageSize: number, packagePrice: Decimal): AuthApiPrice => ({
    model: 'package',
    packageSize,
    packagePrice,
  });
  it.each([
    ['a unit price that stays', perUnit('0.5'), perUnit('0.50'), true],
    ['a lower unit price', perUnit('0.49'), perUnit('0.5'), false],
    ['free units for nothing', perUnit('1', 1), perUnit('1'), false],
    ['fewer free units', perUnit('1', 1), perUnit('1', 2), true],
    ['tiers of higher prices', tiered('graduated', '0.6'), tiered('graduated', '0.5'), true],
    ['a lower price in one tier', tiered('graduated', '0.4'), tiered('graduated', '0.5'), false],
    ['fewer free units of graduated tiers', tiered('graduated', '0.5', 5), tiered('graduated', '0.5'), true],
    [
      'fewer free units of tiers by volume, where more may cost less',
      tiered('volume', '0.5', 5),
      tiered('volume', '0.5'),
      false,
    ],
    ['tiers by volume of higher prices', tiered('volume', '0.6'), tiered('volume', '0.5'), true],
    [
      'a flat fee that is gone',
      {
        model: 'volume',
        freeUnits: 10,
        tiers: [
          { upTo: 100, unitPrice: '9' },
          { upTo: null, unitPrice: '9' },
        ],
      },
      tiered('volume', '0.5'),
      false,
    ],
    [
      'tiers with other steps',
      { model: 'graduated', tiers: [{ upTo: null, unitPrice: '9' }] },
      tiered('graduated', '0.5'),
      false,
    ],
    ['a package of the same size', pack(100, '80'), pack(100, '80'), true],
    ['a larger package', pack(200, '160'), pack(100, '80'), false],
    ['another model', perUnit('1000'), pack(100, '80'), false],
  ] as const)('service-provider, %s', (_what, price, than, never) => {
    expect(isNeverLower(provider(price), provider(than), true)).toBe(never);
  });

  it('service-provider, a lower base fee', () => {
    expect(isNeverLower(provider(perUnit('1'), '4999'), provider(perUnit('1')), true)).toBe(false);
  });

  it('of different plans nothing is said', () => {
    expect(isNeverLower(provider(perUnit('1000'), '99999'), enterprise('1', '1'), true)).toBe(false);
  });
});
