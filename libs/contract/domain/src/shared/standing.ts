import { endOfDay, jstDayOf, startOfDay } from '@smartkey/calendar';
import { conflict, notFound, type Instant, type Refused } from '@smartkey/kernel';
import { lastDayOfContract } from '../cancellation/cancellation.state.ts';
import type { ContractState } from '../contract.state.ts';

export type ContractStatus = 'applied' | 'rejected' | 'withdrawn' | 'accepted' | 'in-service' | 'terminated';

/**
 * The status at an instant, told by the dated facts: in service from 00:00 JST of the billing start date (第7条), terminated from
 * the end of the last day (第6条), whether or not a timer has run. `undefined`: there is no contract.
 */
export function statusAt(state: ContractState, instant: Instant): ContractStatus | undefined {
  switch (state.application.outcome) {
    case 'none':
      return undefined;
    case 'open':
      return 'applied';
    case 'rejected':
    case 'withdrawn':
      return state.application.outcome;
    case 'accepted': {
      const lastDay = lastDayOfContract(state.cancellation);
      if (lastDay !== undefined && instant >= endOfDay(lastDay)) return 'terminated';
      const { billingStart } = state.acceptance;
      return billingStart !== undefined && instant >= startOfDay(billingStart) ? 'in-service' : 'accepted';
    }
  }
}

export const mustExist = (state: ContractState): Refused =>
  state.application.outcome === 'none'
    ? notFound('contract-unknown', 'there is no such contract')
    : undefined;

/** Not rejected and not withdrawn. */
export const mustNotBeRefused = (state: ContractState): Refused =>
  state.application.outcome === 'rejected' || state.application.outcome === 'withdrawn'
    ? conflict('application-ended', `the application is ${state.application.outcome}`)
    : undefined;

/** Accepted, be it ended since. */
export const mustBeAccepted = (state: ContractState): Refused =>
  mustExist(state) ??
  mustNotBeRefused(state) ??
  (state.application.outcome === 'accepted'
    ? undefined
    : conflict('not-accepted', 'the application has not been accepted'));

/** Not ended (第6条). */
export function mustNotHaveEnded(state: ContractState, now: Instant): Refused {
  return statusAt(state, now) === 'terminated'
    ? conflict('contract-ended', `the contract ended with ${lastDayOfContract(state.cancellation)}`, {
        rule: '第6条',
      })
    : undefined;
}

/** Accepted and not ended. */
export const mustBeRunning = (state: ContractState, now: Instant): Refused =>
  mustBeAccepted(state) ?? mustNotHaveEnded(state, now);

/** The day of the decision in Japan. */
export const today = (now: Instant): string => jstDayOf(now);
