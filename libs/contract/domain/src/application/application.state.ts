import type { Plan } from '@smartkey/terms';
import { defined, type Fact, type Instant } from '@smartkey/kernel';
import type { ContractEvent } from '../contract.events.ts';
import type {
  ApplicationRejected,
  ApplicationWithdrawn,
  ContractApplied,
  Party,
} from './application.events.ts';

/** Who applied, and for what. */
export interface Application {
  /** Applied for; once accepted, the plan of the acceptance. */
  readonly plan: Plan;
  readonly appliedAt: Instant;
  readonly recipient: Party;
  readonly iijIdContract: string;
  readonly email?: string;
}

/** How an application came to nothing. */
export interface UnacceptedEnd {
  readonly outcome: 'rejected' | 'withdrawn';
  readonly reason: string;
}

export const applicationBy = ({ data, occurredAt: appliedAt }: Fact<ContractApplied>): Application => {
  const { plan, recipient, iijIdContract, email } = data;
  return defined({ plan, appliedAt, recipient, iijIdContract, email });
};

export function evolveApplication(state: Application, event: Fact<ContractEvent>): Application {
  if (event.type !== 'ApplicantChanged') return state;
  const { recipient, email } = event.data;
  return defined({ ...state, recipient, email });
}

type Ending = ApplicationRejected | ApplicationWithdrawn;

export const isEnding = (event: Fact<ContractEvent>): event is Fact<Ending> =>
  event.type === 'ApplicationRejected' || event.type === 'ApplicationWithdrawn';

export const unacceptedEndBy = ({ type, data: { reason } }: Ending): UnacceptedEnd => ({
  outcome: type === 'ApplicationRejected' ? 'rejected' : 'withdrawn',
  reason,
});
