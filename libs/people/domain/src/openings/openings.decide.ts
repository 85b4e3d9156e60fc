import { event, ok, type ContractId, type ByActor } from '@smartkey/kernel';
import type { Decision } from '../person.decision.ts';
import type { PersonState } from '../person.state.ts';
import { mustBeActive } from '../shared/guards.ts';

export interface OpenContract extends ByActor {
  readonly type: 'OpenContract';
  readonly contract: ContractId;
  readonly reason: string;
}

export function openContract({ contract, reason }: OpenContract, state: PersonState): Decision {
  const active = mustBeActive(state);
  return active.ok ? ok([event('ContractOpened', { contract, reason })]) : active;
}
