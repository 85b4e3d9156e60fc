import { big, decimalOf, roundToYen, type Decimal, type Yen, type YenRounding } from '@smartkey/money';
import type { AuthApiPrice, PriceTier } from '@smartkey/terms';

/** What one tier (or the packages, as one) contributed, before rounding. */
export interface TierCharge {
  /** First and last unit of the tier among the billable ones; `upTo: null`: without end. */
  readonly from: number;
  readonly upTo: number | null;
  /** Units charged in this tier; packages for the package model. */
  readonly units: number;
  readonly unitPrice: Decimal;
  readonly flatFee?: Decimal;
  readonly amount: Decimal;
}

export interface AuthApiUsageCharge {
  /** Successes beyond the free units. */
  readonly billable: number;
  /** Only where the model has one price for every unit. */
  readonly unitPrice?: Decimal;
  readonly tiers?: readonly TierCharge[];
  readonly amount: Yen;
}

/**
 * 認証API使用料 (別紙1 備考(2)): computed from the cumulative number of successful authentications in the month of use, rounded to
 * yen once. The models work on billable = max(0, count − free units).
 */
export function rateAuthApiUsage(
  successes: number,
  price: AuthApiPrice,
  rounding: YenRounding,
): AuthApiUsageCharge {
  const billable = Math.max(0, successes - (price.freeUnits ?? 0));
  if (price.model === 'perUnit') {
    const amount = roundToYen(big(billable).times(price.unitPrice), rounding);
    return { billable, unitPrice: price.unitPrice, amount };
  }
  const tiers = chargedTiers(billable, price);
  const exact = tiers.reduce((sum, tier) => sum.plus(tier.amount), big(0));
  return { billable, tiers, amount: roundToYen(exact, rounding) };
}

function chargedTiers(
  billable: number,
  price: Exclude<AuthApiPrice, { model: 'perUnit' }>,
): readonly TierCharge[] {
  switch (price.model) {
    case 'graduated':
      return graduated(billable, price.tiers);
    case 'volume':
      return volume(billable, price.tiers);
    case 'package': {
      const packages = Math.ceil(billable / price.packageSize);
      const amount = decimalOf(big(packages).times(price.packagePrice));
      return [{ from: 1, upTo: null, units: packages, unitPrice: price.packagePrice, amount }];
    }
  }
}

const charged = (from: number, tier: PriceTier, units: number): TierCharge => {
  const { upTo, unitPrice, flatFee } = tier;
  const exact = big(units)
    .times(unitPrice)
    .plus(units > 0 ? (flatFee ?? 0) : 0);
  return { from, upTo, units, unitPrice, ...(flatFee && { flatFee }), amount: decimalOf(exact) };
};

/** Each tier prices its own units, and adds its flat fee where it holds at least one. */
function graduated(billable: number, tiers: readonly PriceTier[]): readonly TierCharge[] {
  let below = 0;
  return tiers.map((tier) => {
    const units = Math.max(0, Math.min(billable, tier.upTo ?? billable) - below);
    const charge = charged(below + 1, tier, units);
    below = tier.upTo ?? below;
    return charge;
  });
}

/** The tier that the total falls in prices all units; none at 0. */
function volume(billable: number, tiers: readonly PriceTier[]): readonly TierCharge[] {
  const index = tiers.findIndex((tier) => tier.upTo === null || billable <= tier.upTo);
  const tier = tiers[index];
  if (tier === undefined) throw new RangeError(`no tier for ${billable} units`);
  return [charged((tiers[index - 1]?.upTo ?? 0) + 1, tier, billable)];
}
