import { paired } from '@smartkey/kernel';
import type { Yen } from '@smartkey/money';
import { TAX_RATES, type TaxCode } from '../tax/tax-code.ts';
import type { TaxGroup } from '../tax/tax-groups.ts';

/** What a line's share of the tax follows from. */
export interface LineToTax {
  readonly taxCode: TaxCode;
  /** Tax-exclusive. */
  readonly amount: Yen;
}

/**
 * The tax of a document's rows as shares of its lines, by largest remainder: tax is rounded once per code and document (消令70の10), and an
 * ERP takes it by the line. The shares of a code add up to its row to the yen; none has the other sign than its line, as long as the row
 * leaves room for that. Of equal remainders the larger line comes first, then the earlier one, so the same document is always shared out alike.
 * @returns one for each line, in their order.
 * @throws RangeError where a row with tax has no line.
 */
export function taxOfLines(lines: readonly LineToTax[], taxes: readonly TaxGroup[]): readonly Yen[] {
  const shares = lines.map((line) => ({ line, share: 0n }));
  for (const { taxCode, tax } of taxes) {
    const own = shares.filter(({ line }) => line.taxCode === taxCode);
    if (own.length === 0 && tax !== '0') throw new RangeError(`no line is taxed by ${taxCode}`);
    const shared = shareOut(
      BigInt(tax),
      own.map(({ line }) => BigInt(line.amount)),
      BigInt(TAX_RATES[taxCode]),
    );
    for (const [each, share] of paired(own, shared)) each.share = share;
  }
  return shares.map(({ share }): Yen => `${share}`);
}

interface Share {
  readonly place: number;
  readonly amount: bigint;
  /** Hundredths of a yen that rounding down has dropped. */
  readonly remainder: bigint;
  tax: bigint;
}

function shareOut(total: bigint, amounts: readonly bigint[], rate: bigint): readonly bigint[] {
  const shares = amounts.map((amount, place): Share => {
    const remainder = (((amount * rate) % 100n) + 100n) % 100n;
    return { place, amount, remainder, tax: (amount * rate - remainder) / 100n };
  });
  let rest = total - shares.reduce((sum, { tax }) => sum + tax, 0n);
  const step = rest > 0n ? 1n : -1n;
  const order = [...shares].sort(
    (a, b) => Number(step * (b.remainder - a.remainder)) || sizeFirst(a, b) || a.place - b.place,
  );
  while (rest !== 0n) {
    const before = rest;
    for (const share of order)
      if (rest !== 0n && keepsSign(share, step)) {
        share.tax += step;
        rest -= step;
      }
    if (rest !== before) continue;
    // Every line would change its sign: the sum comes first.
    const [largest] = [...shares].sort((a, b) => sizeFirst(a, b) || a.place - b.place);
    if (largest === undefined) break;
    largest.tax += rest;
    rest = 0n;
  }
  return shares.map(({ tax }) => tax);
}

const absolute = (amount: bigint): bigint => (amount < 0n ? -amount : amount);

const sizeFirst = (a: Share, b: Share): number => {
  const [left, right] = [absolute(a.amount), absolute(b.amount)];
  return left === right ? 0 : left > right ? -1 : 1;
};

const keepsSign = ({ amount, tax }: Share, step: bigint): boolean =>
  amount > 0n ? tax + step >= 0n : amount < 0n && tax + step <= 0n;
