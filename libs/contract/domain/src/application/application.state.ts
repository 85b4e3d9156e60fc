import type { Plan } from '@smartkey/terms';
import type { Fact, Instant } from '@smartkey/kernel';
import type { ContractEvent } from '../contract.events.ts';
import type { Recipient } from './application.events.ts';

/** The application and what became of it. */
export interface ApplicationState {
  readonly outcome: 'none' | 'open' | 'rejected' | 'withdrawn' | 'accepted';
  readonly plan?: Plan;
  readonly appliedAt?: Instant;
  readonly recipient?: Recipient;
  readonly email?: string;
  readonly iijIdContract?: string;
  /** Why it was rejected or withdrawn. */
  readonly reason?: string;
}

export const noApplication: ApplicationState = { outcome: 'none' };

export function evolveApplication(state: ApplicationState, event: Fact<ContractEvent>): ApplicationState {
  switch (event.type) {
    case 'ContractApplied': {
      const { plan, recipient, iijIdContract, email } = event.data;
      return {
        outcome: 'open',
        plan,
        appliedAt: event.occurredAt,
        recipient,
        iijIdContract,
        ...(email === undefined ? {} : { email }),
      };
    }
    case 'ApplicationRejected':
      return { ...state, outcome: 'rejected', reason: event.data.reason };
    case 'ApplicationWithdrawn':
      return { ...state, outcome: 'withdrawn', reason: event.data.reason };
    case 'ContractAccepted':
      return { ...state, outcome: 'accepted', plan: event.data.plan, recipient: event.data.recipient };
    case 'ApplicantChanged': {
      const { email: _former, ...kept } = state;
      const { recipient, email } = event.data;
      return { ...kept, recipient, ...(email === undefined ? {} : { email }) };
    }
    default:
      return state;
  }
}
