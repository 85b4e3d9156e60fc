import {
  accountsIn,
  coefficientSumOf,
  decimalOfThousandths,
  type Invoice,
  type UsedDaysHistogram,
} from '@smartkey/billing-domain';
import { daysIn, type ServiceMonth } from '@smartkey/calendar';
import type { Sql } from '@smartkey/database';
import { billingWindowIn, planIn, type Plan } from '@smartkey/terms';
import { contractFactsAt, readUpTo, usedDaysAt } from '../ledger/as-read.ts';
import { successesOf } from '../ledger/successes.query.ts';
import type { Quantities } from './usage-view.ts';

/** The measure of a month's plan, as numbers that can be taken from one another. */
export type Measure =
  | { readonly plan: 'enterprise'; readonly accounts: number; readonly thousandths: number }
  | { readonly plan: 'service-provider'; readonly successes: number };

export const enterpriseMeasure = (histogram: UsedDaysHistogram, month: ServiceMonth): Measure => ({
  plan: 'enterprise',
  accounts: accountsIn(histogram),
  thousandths: coefficientSumOf(histogram, daysIn(month)),
});

/** What documents have billed of a month's usage: what the last of them that bills any knew of it. */
export async function billedMeasure(
  ledger: Sql,
  contract: string,
  month: ServiceMonth,
  documents: readonly Invoice[],
): Promise<Measure | undefined> {
  const last = documents.findLast((document) => billsUsageOf(document, month));
  if (last === undefined) return undefined;
  if (isInvoiceOf(last, month)) return measureOfBasis(last, month);
  const facts = await contractFactsAt(ledger, contract, {
    position: readUpTo(last.inputs.positions, 'contract'),
  });
  const plan = planIn(facts, month);
  const days = billingWindowIn(facts, month);
  if (plan === undefined) return undefined;
  if (days === undefined) return nothingOf(plan);
  if (plan === 'enterprise')
    return enterpriseMeasure(
      await usedDaysAt(ledger, contract, days, {
        position: readUpTo(last.inputs.positions, 'device-registry'),
      }),
      month,
    );
  const [successes = 0] = await successesOf(ledger, [{ contract, days }]);
  return { plan, successes };
}

const isInvoiceOf = (document: Invoice, month: ServiceMonth): boolean =>
  document.kind === 'invoice' && document.month === month;

/** The invoice of the month bills what it measured, if only to 0 yen; another document what it has a line for. */
const billsUsageOf = (document: Invoice, month: ServiceMonth): boolean =>
  isInvoiceOf(document, month)
    ? document.basis.plan !== undefined
    : document.lines.some(
        ({ corrects }) =>
          corrects?.month === month &&
          (corrects.item === 'account-usage' || corrects.item === 'auth-api-usage'),
      );

function measureOfBasis(
  { basis: { plan, usedDays = [], successes = 0 } }: Invoice,
  month: ServiceMonth,
): Measure | undefined {
  if (plan === undefined) return undefined;
  return plan === 'enterprise' ? enterpriseMeasure(usedDays, month) : { plan, successes };
}

export const nothingOf = (plan: Plan): Measure =>
  plan === 'enterprise' ? { plan, accounts: 0, thousandths: 0 } : { plan, successes: 0 };

export const quantitiesOf = (measure: Measure): Quantities =>
  measure.plan === 'enterprise'
    ? {
        accounts: {
          count: measure.accounts,
          coefficientSum: decimalOfThousandths(measure.thousandths),
        },
      }
    : { authentications: { count: measure.successes } };

/** What was used less what is billed; `undefined` where they are the same. */
export function differenceOf(used: Measure, billed: Measure): Measure | undefined {
  if (used.plan === 'enterprise' && billed.plan === 'enterprise') {
    const accounts = used.accounts - billed.accounts;
    const thousandths = used.thousandths - billed.thousandths;
    return accounts === 0 && thousandths === 0 ? undefined : { plan: used.plan, accounts, thousandths };
  }
  if (used.plan === 'service-provider' && billed.plan === 'service-provider') {
    const successes = used.successes - billed.successes;
    return successes === 0 ? undefined : { plan: used.plan, successes };
  }
  return undefined;
}
