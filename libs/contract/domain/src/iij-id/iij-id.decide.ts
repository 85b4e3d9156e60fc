import { jstDayOf } from '@smartkey/calendar';
import { ok, event } from '@smartkey/kernel';
import type { Decision } from '../contract.decider.ts';
import type { ContractState } from '../contract.state.ts';
import type { Moment } from '../shared/moment.ts';
import { mustBeRunning } from '../shared/standing.ts';

/** What the directory says today about the IIJ ID contract of an accepted contractor. */
export interface RecordIijIdContract extends Moment {
  readonly type: 'RecordIijIdContract';
  readonly held: boolean;
}

/** 第3条: recorded and shown, without any effect on the contract. */
export function recordIijIdContract(state: ContractState, command: RecordIijIdContract): Decision {
  const refused = mustBeRunning(state, command.now);
  if (refused) return refused;
  const held = state.iijId.lostOn === undefined;
  if (held === command.held) return ok([]);
  const on = jstDayOf(command.now);
  return ok([command.held ? event('IijIdContractRegained', { on }) : event('IijIdContractLost', { on })]);
}
