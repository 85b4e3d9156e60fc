import type { JstDay } from '@smartkey/calendar';
import type { Fact, Instant } from '@smartkey/kernel';
import type { ContractEvent } from '../contract.events.ts';
import type { DatedEvent } from '../due/dated.events.ts';
import type { ContractAccepted } from './acceptance.events.ts';

/** From when monthly fees are due (第7条). */
export interface ServiceStart {
  /** 課金開始日. */
  readonly billingStart?: JstDay;
  /** The start date for which the start of service is on record. */
  readonly startedOn?: JstDay;
}

/** When the contract came about. */
export interface Acceptance extends ServiceStart {
  readonly acceptedAt: Instant;
  readonly acceptedOn: JstDay;
  /** The version of the terms that governed the acceptance (附則). */
  readonly termsVersion: string;
}

export const acceptanceBy = ({
  data: { acceptedAt, acceptedOn, termsVersion },
}: ContractAccepted): Acceptance => ({ acceptedAt, acceptedOn, termsVersion });

export function evolveAcceptance<State extends ServiceStart>(
  state: State,
  event: Fact<ContractEvent | DatedEvent>,
): State {
  switch (event.type) {
    case 'BillingStartSet':
      return { ...state, billingStart: event.data.date };
    case 'ServiceStarted':
      return { ...state, startedOn: event.data.date };
    default:
      return state;
  }
}
