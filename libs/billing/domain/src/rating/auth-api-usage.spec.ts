import { describe, expect, it } from '@jest/globals';
import { big, decimalOf } from '@smartkey/money';
import fc from 'fast-check';
import { rateAuthApiUsage } from './auth-api-usage.ts';
import type { AuthApiPrice, PriceTier } from '@smartkey/terms';

const amount = (count: number, price: AuthApiPrice): string => rateAuthApiUsage(count, price, 'floor').amount;

const tiers: readonly PriceTier[] = [
  { upTo: 3, unitPrice: '10' },
  { upTo: 8, unitPrice: '7.5', flatFee: '100' },
  { upTo: null, unitPrice: '0.33' },
];
const two: readonly PriceTier[] = [
  { upTo: 1000, unitPrice: '1', flatFee: '500' },
  { upTo: null, unitPrice: '0.5', flatFee: '200' },
];

describe('別紙1 備考(2): price models', () => {
  it('perUnit: billable × unit price, free units taken off', () => {
    expect(amount(10, { model: 'perUnit', unitPrice: '2' })).toBe('20');
    expect(rateAuthApiUsage(10, { model: 'perUnit', unitPrice: '0.85', freeUnits: 3 }, 'floor')).toEqual({
      billable: 7,
      unitPrice: '0.85',
      amount: '5',
    });
    expect(amount(2, { model: 'perUnit', unitPrice: '2', freeUnits: 3 })).toBe('0');
  });

  it('graduated: 10 with 1 free, ≤3 @10, ≤8 @7.5 + 100, rest @0.33, is 167.83, so 167', () => {
    const charge = rateAuthApiUsage(10, { model: 'graduated', tiers, freeUnits: 1 }, 'floor');
    expect(charge).toEqual({
      billable: 9,
      amount: '167',
      tiers: [
        { from: 1, upTo: 3, units: 3, unitPrice: '10', amount: '30' },
        { from: 4, upTo: 8, units: 5, unitPrice: '7.5', flatFee: '100', amount: '137.5' },
        { from: 9, upTo: null, units: 1, unitPrice: '0.33', amount: '0.33' },
      ],
    });
  });

  it('graduated: a tier without a unit adds no flat fee', () => {
    expect(amount(3, { model: 'graduated', tiers })).toBe('30');
    expect(amount(4, { model: 'graduated', tiers })).toBe('137');
    expect(amount(0, { model: 'graduated', tiers: two })).toBe('0');
  });

  it.each(['graduated', 'volume'] as const)('%s: 1,200 with 300 free are 1,400', (model) =>
    expect(amount(1200, { model, tiers: two, freeUnits: 300 })).toBe('1400'),
  );

  it('volume: the tier that the total falls in prices all; its last unit belongs to it', () => {
    expect(amount(1000, { model: 'volume', tiers: two })).toBe('1500');
    expect(amount(1001, { model: 'volume', tiers: two })).toBe('700');
    expect(amount(0, { model: 'volume', tiers: two })).toBe('0');
    expect(rateAuthApiUsage(1001, { model: 'volume', tiers: two }, 'floor').tiers).toEqual([
      { from: 1001, upTo: null, units: 1001, unitPrice: '0.5', flatFee: '200', amount: '700.5' },
    ]);
  });

  it('package: begun packages count, none at 0', () => {
    const price: AuthApiPrice = { model: 'package', packageSize: 100, packagePrice: '250' };
    expect([0, 1, 100, 101].map((count) => amount(count, price))).toEqual(['0', '250', '250', '500']);
    expect(amount(101, { ...price, freeUnits: 1 })).toBe('250');
  });

  it('graduated is additive: the price of a count is the sum of the prices of its units, whatever the tiers', () => {
    const price = fc.integer({ min: 0, max: 5_000_000 }).map((n) => decimalOf(big(n).times('0.000001')));
    const ladder = fc
      .tuple(
        fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 4 }),
        fc.array(price, { minLength: 5, maxLength: 5 }),
      )
      .map(([bounds, unitPrices]): readonly PriceTier[] => [
        ...bounds.sort((a, b) => a - b).map((upTo, index) => ({ upTo, unitPrice: unitPrices[index]! })),
        { upTo: null, unitPrice: unitPrices[4]! },
      ]);
    fc.assert(
      fc.property(fc.nat(80), ladder, (count, steps) => {
        let naive = big(0);
        for (let unit = 1; unit <= count; unit++)
          naive = naive.plus(steps.find(({ upTo }) => upTo === null || unit <= upTo)!.unitPrice);
        const charge = rateAuthApiUsage(count, { model: 'graduated', tiers: steps }, 'floor');
        expect(charge.tiers!.reduce((sum, tier) => sum.plus(tier.amount), big(0)).toFixed()).toBe(
          naive.toFixed(),
        );
        expect(charge.tiers!.reduce((sum, tier) => sum + tier.units, 0)).toBe(count);
      }),
    );
  });
});
