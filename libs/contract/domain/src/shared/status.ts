import { startOfDay } from '@smartkey/calendar';
import type { Instant } from '@smartkey/kernel';
import { isOver } from '@smartkey/terms';
import { lastDayOfContract } from '../cancellation/cancellation.state.ts';
import type { AcceptedContract, ContractState, ExistingContract } from '../contract.state.ts';

export type ContractStatus = 'applied' | 'rejected' | 'withdrawn' | 'accepted' | 'in-service' | 'terminated';

/**
 * The status at an instant, told by the dated facts: in service from 00:00 JST of the billing start date (第7条), terminated from
 * the end of the last day (第6条), whether or not a timer has run.
 */
export function statusOf(contract: ExistingContract, instant: Instant): ContractStatus {
  switch (contract.stage) {
    case 'applied':
      return 'applied';
    case 'ended-unaccepted':
      return contract.end.outcome;
    case 'accepted':
      return statusOfAccepted(contract, instant);
  }
}

function statusOfAccepted({ acceptance, cancellation }: AcceptedContract, instant: Instant): ContractStatus {
  if (isOver(lastDayOfContract(cancellation), instant)) return 'terminated';
  const { billingStart } = acceptance;
  return billingStart !== undefined && instant >= startOfDay(billingStart) ? 'in-service' : 'accepted';
}

/** The same; `undefined` where there is no contract. */
export const statusAt = (state: ContractState, instant: Instant): ContractStatus | undefined =>
  state.stage === 'none' ? undefined : statusOf(state, instant);
