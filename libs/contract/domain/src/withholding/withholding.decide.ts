import { event, invalid, ok } from '@smartkey/kernel';
import { allConditionsMet } from '../conditions/conditions.state.ts';
import type { Decision } from '../contract.decision.ts';
import type { ContractState } from '../contract.state.ts';
import { mustBeRunning } from '../shared/guards.ts';
import type { Moment } from '../shared/moment.ts';

export interface SetWithholding extends Moment {
  readonly type: 'SetWithholding';
  readonly withheld: boolean;
  readonly reason: string;
}

/** 第5条3項: the service may be withheld only while a condition is not met; it can be restored at any time. */
export function setWithholding(command: SetWithholding, state: ContractState): Decision {
  const running = mustBeRunning(state, command.now);
  if (!running.ok) return running;
  const { withholding, conditions } = running.value;
  const { withheld, reason } = command;
  if (withheld === withholding.withheld) return ok([]);
  if (!withheld) return ok([event('ServiceRestored', { reason })]);
  if (allConditionsMet(conditions))
    return invalid(
      'conditions-met',
      'all five conditions of use are met, so the service may not be withheld',
      { rule: '第5条3項', pointer: '/withheld' },
    );
  return ok([event('ServiceWithheld', { reason })]);
}
