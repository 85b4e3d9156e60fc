import type { BillingFacts } from '@smartkey/terms';
import { lastDayOfContract } from '../cancellation/cancellation.state.ts';
import type { AcceptedContract } from '../contract.state.ts';
import { changesThatHold } from '../plan-change/plan-by-month.ts';

/** The contract as its monthly fees see it. */
export const billingFactsOf = (contract: AcceptedContract): BillingFacts => {
  const { billingStart } = contract.acceptance;
  const lastDay = lastDayOfContract(contract.cancellation);
  return {
    firstPlan: contract.planChange.firstPlan,
    planChanges: changesThatHold(contract.planChange),
    quotes: contract.quotes.map(({ quote }) => quote),
    ...(billingStart !== undefined && { billingStart }),
    ...(lastDay !== undefined && { lastDay }),
  };
};
