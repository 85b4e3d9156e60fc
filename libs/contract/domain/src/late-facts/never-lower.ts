import { paired } from '@smartkey/kernel';
import { big, type Decimal } from '@smartkey/money';
import type { AuthApiPrice, PriceTier, Quote } from '@smartkey/terms';

/**
 * Whether a quote, whatever was used, never comes to less than another of the same plan. `false` where that does not follow from
 * the prices alone.
 * @param whole whether the billing window covers the whole month, so that a base fee in a partial month does not matter.
 */
export function isNeverLower(quote: Quote, than: Quote, whole: boolean): boolean {
  if (!atLeast(quote.baseFee, than.baseFee)) return false;
  if (!whole && quote.baseFeeInPartialMonth === 'prorated' && than.baseFeeInPartialMonth === 'full')
    return false;
  if (quote.plan === 'enterprise')
    return than.plan === 'enterprise' && atLeast(quote.accountFee, than.accountFee);
  return than.plan === 'service-provider' && isNeverCheaper(quote.authApi, than.authApi);
}

/** Of two models of different kinds, or with other steps, nothing is said. */
function isNeverCheaper(price: AuthApiPrice, than: AuthApiPrice): boolean {
  const [free, freeBefore] = [price.freeUnits ?? 0, than.freeUnits ?? 0];
  if (price.model === 'perUnit' && than.model === 'perUnit')
    return free <= freeBefore && atLeast(price.unitPrice, than.unitPrice);
  if (price.model === 'package' && than.model === 'package')
    return (
      free <= freeBefore &&
      price.packageSize === than.packageSize &&
      atLeast(price.packagePrice, than.packagePrice)
    );
  if (price.model === 'graduated' && than.model === 'graduated')
    return free <= freeBefore && areNeverCheaper(price.tiers, than.tiers);
  // One unit more may fall into a cheaper tier, for which all units are priced anew.
  if (price.model === 'volume' && than.model === 'volume')
    return free === freeBefore && areNeverCheaper(price.tiers, than.tiers);
  return false;
}

const areNeverCheaper = (tiers: readonly PriceTier[], than: readonly PriceTier[]): boolean =>
  tiers.length === than.length &&
  paired(tiers, than).every(
    ([tier, before]) =>
      tier.upTo === before.upTo &&
      atLeast(tier.unitPrice, before.unitPrice) &&
      atLeast(tier.flatFee ?? '0', before.flatFee ?? '0'),
  );

const atLeast = (amount: Decimal, than: Decimal): boolean => big(amount).gte(big(than));
