import { event, ok } from '@smartkey/kernel';
import type { Decision } from '../contract.decision.ts';
import type { ContractState } from '../contract.state.ts';
import { mustNotBeRefused } from '../shared/guards.ts';
import type { Moment } from '../shared/moment.ts';

export interface SetDenialReasons extends Moment {
  readonly type: 'SetDenialReasons';
  readonly disclosed: boolean;
}

export function setDenialReasons({ disclosed }: SetDenialReasons, state: ContractState): Decision {
  const contract = mustNotBeRefused(state);
  if (!contract.ok) return contract;
  const known = contract.value.denialReasons.disclosed;
  return ok(disclosed === known ? [] : [event('DenialReasonsSet', { disclosed })]);
}
