import {
  accountsIn,
  coefficientSumOf,
  decimalOfThousandths,
  type Invoice,
  type UsedDaysHistogram,
} from '@smartkey/billing-domain';
import { daysIn, type ServiceMonth } from '@smartkey/calendar';
import type { Plan } from '@smartkey/terms';
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

/**
 * What documents, in the order of issue, have billed of a month's usage: as its invoice measured, or the last document that rated it
 * again; `undefined` where the month is not issued, or has no usage on its documents.
 */
export function billedMeasure(month: ServiceMonth, documents: readonly Invoice[]): Measure | undefined {
  const invoice = documents.find((document) => document.kind === 'invoice' && document.month === month);
  if (invoice === undefined) return undefined;
  const again = documents
    .flatMap(({ basis }) => basis.again ?? [])
    .findLast(({ number }) => number === invoice.number);
  const plan = again?.plan ?? invoice.basis.plan;
  if (plan === undefined) return undefined;
  const { usedDays = [], successes = 0 } = again ?? invoice.basis;
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
