import type { Decider } from '@smartkey/kernel';
import { closeOneMonth, type CloseMonth } from './months.decide.ts';
import type { MonthClosed } from './months.events.ts';
import { noMonths, withMonth, type BillingMonths } from './months.state.ts';

/** The months of one contract. */
export const billingMonths: Decider<BillingMonths, CloseMonth, MonthClosed> = {
  initial: noMonths,
  evolve: (state, { data }) => withMonth(state, data),
  decide: closeOneMonth,
};
