import type { ClosedSpan, ServiceMonth } from '@smartkey/calendar';
import { billingWindowIn, type ServiceTerm } from '../billing-window/billing-window.ts';
import { planIn, type PlanHistory } from '../plans/plan-by-month.ts';
import type { Plan } from '../plans/plan.ts';
import { governingQuote } from '../quotes/governing-quote.ts';
import type { Quote } from '../quotes/quote.ts';

/** The dated facts of a contract that its monthly fees follow from (第4条, 第6条, 第7条, 別紙1). */
export interface BillingFacts extends PlanHistory, ServiceTerm {
  /** In the order in which they were given. */
  readonly quotes: readonly Quote[];
}

/** What the contract itself says of one month: how long it is billed for, and by which prices. */
export interface MonthBasis {
  readonly plan?: Plan;
  /** The part of the month in the billing window; missing where it does not meet it. */
  readonly window?: ClosedSpan;
  readonly quote?: Quote;
}

export function basisOfMonth(facts: BillingFacts, month: ServiceMonth): MonthBasis {
  const plan = planIn(facts, month);
  const window = billingWindowIn(facts, month);
  const quote = governingQuote(facts.quotes, plan, month);
  return {
    ...(plan !== undefined && { plan }),
    ...(window !== undefined && { window }),
    ...(quote !== undefined && { quote }),
  };
}

/** Whether a month is billed for the same days by the same quote. The plan of a begun month never changes (第4条). */
export const isSameBasis = (a: MonthBasis, b: MonthBasis): boolean =>
  a.window?.from === b.window?.from && a.window?.to === b.window?.to && a.quote?.id === b.quote?.id;
