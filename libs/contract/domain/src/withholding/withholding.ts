import { invalid, ok, type DomainEvent, type Fact, type Instant, event } from '@smartkey/kernel';
import { allConditionsMet } from '../conditions/conditions.state.ts';
import type { Decision } from '../contract.decider.ts';
import type { ContractEvent } from '../contract.events.ts';
import type { ContractState } from '../contract.state.ts';
import type { Moment } from '../shared/moment.ts';
import { mustBeRunning } from '../shared/standing.ts';

/** 第5条3項: the operator's act, never automatic. */
export type ServiceWithheld = DomainEvent<'ServiceWithheld', { readonly reason: string }>;
export type ServiceRestored = DomainEvent<'ServiceRestored', { readonly reason: string }>;
export type WithholdingEvent = ServiceWithheld | ServiceRestored;

export type WithholdingState =
  | { readonly withheld: false }
  | { readonly withheld: true; readonly reason: string; readonly since: Instant };

export const notWithheld: WithholdingState = { withheld: false };

export function evolveWithholding(state: WithholdingState, event: Fact<ContractEvent>): WithholdingState {
  switch (event.type) {
    case 'ServiceWithheld':
      return { withheld: true, reason: event.data.reason, since: event.occurredAt };
    case 'ServiceRestored':
      return notWithheld;
    default:
      return state;
  }
}

export interface SetWithholding extends Moment {
  readonly type: 'SetWithholding';
  readonly withheld: boolean;
  readonly reason: string;
}

/** 第5条3項: the service may be withheld only while a condition is not met; it can be restored at any time. */
export function setWithholding(state: ContractState, command: SetWithholding): Decision {
  const refused = mustBeRunning(state, command.now);
  if (refused) return refused;
  const { withheld, reason } = command;
  if (withheld === state.withholding.withheld) return ok([]);
  if (!withheld) return ok([event('ServiceRestored', { reason })]);
  if (allConditionsMet(state.conditions))
    return invalid(
      'conditions-met',
      'all five conditions of use are met, so the service may not be withheld',
      {
        rule: '第5条3項',
        pointer: '/withheld',
      },
    );
  return ok([event('ServiceWithheld', { reason })]);
}
