import type { JstDay } from '@smartkey/calendar';
import type { Fact, Instant } from '@smartkey/kernel';
import type { ContractEvent } from '../contract.events.ts';

/** When the contract came about and from when monthly fees are due (第7条). */
export interface AcceptanceState {
  readonly acceptedAt?: Instant;
  readonly acceptedOn?: JstDay;
  /** The version of the terms that governed the acceptance (附則). */
  readonly termsVersion?: string;
  /** 課金開始日. */
  readonly billingStart?: JstDay;
  /** The start date for which the start of service is on record. */
  readonly startedOn?: JstDay;
}

export const notAccepted: AcceptanceState = {};

export function evolveAcceptance(state: AcceptanceState, event: Fact<ContractEvent>): AcceptanceState {
  switch (event.type) {
    case 'ContractAccepted': {
      const { acceptedAt, acceptedOn, termsVersion } = event.data;
      return { ...state, acceptedAt, acceptedOn, termsVersion };
    }
    case 'BillingStartSet':
      return { ...state, billingStart: event.data.date };
    case 'ServiceStarted':
      return { ...state, startedOn: event.data.date };
    default:
      return state;
  }
}
