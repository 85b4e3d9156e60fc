import type { AuthApiPrice, PriceTier } from './quote.ts';
import { invalid, ok, type Rejection, type Result, defined } from '@smartkey/kernel';
import { big, decimalOf, isDecimal, isYen, type Decimal, type Yen } from '@smartkey/money';

/** A price of the auth API as it is told: fields of every model, of which one model's make sense. */
export interface AuthApiTerms {
  readonly model: AuthApiPrice['model'];
  readonly unitPrice?: string | undefined;
  readonly tiers?: readonly TierTerms[] | undefined;
  readonly packageSize?: number | undefined;
  readonly packagePrice?: string | undefined;
  readonly freeUnits?: number | undefined;
}

export interface TierTerms {
  readonly upTo: number | null;
  readonly unitPrice: string;
  readonly flatFee?: string | undefined;
}

type Checked<T> = Result<T, Rejection>;

const broken = (code: string, detail: string, pointer: string) =>
  invalid(code, detail, { rule: '別紙1', pointer });

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** A price: not negative, no exponent, at most 6 decimals; in its shortest form. */
export function price(text: string | undefined, pointer: string): Checked<Decimal> {
  if (text === undefined) return broken('price-missing', 'a price is missing', pointer);
  if (!isDecimal(text) || text.startsWith('-'))
    return broken(
      'price-form',
      'a price is a decimal of 0 or more, without exponent, with at most 6 decimals',
      pointer,
    );
  return ok(decimalOf(big(text)));
}

/** A base fee: whole yen, not negative. */
export function wholeYen(text: string | undefined, pointer: string): Checked<Yen> {
  if (text === undefined) return broken('price-missing', 'a price is missing', pointer);
  return isYen(text) && !text.startsWith('-')
    ? ok(text)
    : broken('base-fee-form', 'the base fee is a whole number of yen, 0 or more', pointer);
}

const FIELDS: Record<AuthApiPrice['model'], readonly (keyof AuthApiTerms)[]> = {
  perUnit: ['unitPrice'],
  graduated: ['tiers'],
  volume: ['tiers'],
  package: ['packageSize', 'packagePrice'],
};

/** 備考(2): the price models, whole or not at all. */
export function authApiPrice(terms: AuthApiTerms, at: string): Checked<AuthApiPrice> {
  for (const field of ['unitPrice', 'tiers', 'packageSize', 'packagePrice'] as const)
    if (terms[field] !== undefined && !FIELDS[terms.model].includes(field))
      return broken(
        'price-field-misplaced',
        `${field} has no place in the model ${terms.model}`,
        `${at}/${field}`,
      );
  const { freeUnits } = terms;
  if (freeUnits !== undefined && !isCount(freeUnits))
    return broken('free-units', 'freeUnits is a whole number, 0 or more', `${at}/freeUnits`);
  switch (terms.model) {
    case 'perUnit': {
      const unitPrice = price(terms.unitPrice, `${at}/unitPrice`);
      return unitPrice.ok
        ? ok(defined({ model: terms.model, unitPrice: unitPrice.value, freeUnits }))
        : unitPrice;
    }
    case 'graduated':
    case 'volume': {
      const tiers = priceTiers(terms.tiers ?? [], `${at}/tiers`);
      return tiers.ok ? ok(defined({ model: terms.model, tiers: tiers.value, freeUnits })) : tiers;
    }
    case 'package': {
      const { packageSize } = terms;
      if (packageSize === undefined || !isCount(packageSize) || packageSize < 1)
        return broken('package-size', 'packageSize is a whole number, 1 or more', `${at}/packageSize`);
      const packagePrice = price(terms.packagePrice, `${at}/packagePrice`);
      return packagePrice.ok
        ? ok(defined({ model: terms.model, packageSize, packagePrice: packagePrice.value, freeUnits }))
        : packagePrice;
    }
  }
}

/** Ascending, each with its price, the last without end. */
function priceTiers(tiers: readonly TierTerms[], at: string): Checked<readonly PriceTier[]> {
  if (tiers.at(-1)?.upTo !== null)
    return broken('tiers-without-last', 'the last tier has no end: upTo is null', at);
  const checked: PriceTier[] = [];
  let former = 0;
  for (const [index, tier] of tiers.entries()) {
    const here = `${at}/${index}`;
    if (tier.upTo === null ? index < tiers.length - 1 : !isCount(tier.upTo) || tier.upTo <= former)
      return broken(
        'tiers-not-ascending',
        'tiers end at whole numbers that ascend, and only the last has no end',
        `${here}/upTo`,
      );
    const unitPrice = price(tier.unitPrice, `${here}/unitPrice`);
    if (!unitPrice.ok) return unitPrice;
    const flatFee = tier.flatFee === undefined ? undefined : price(tier.flatFee, `${here}/flatFee`);
    if (flatFee?.ok === false) return flatFee;
    checked.push(defined({ upTo: tier.upTo, unitPrice: unitPrice.value, flatFee: flatFee?.value }));
    former = tier.upTo ?? former;
  }
  return ok(checked);
}
