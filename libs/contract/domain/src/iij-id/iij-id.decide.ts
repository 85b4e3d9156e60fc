import { jstDayOf } from '@smartkey/calendar';
import { event, ok } from '@smartkey/kernel';
import type { Decision } from '../contract.decision.ts';
import type { ContractState } from '../contract.state.ts';
import { mustBeRunning } from '../shared/guards.ts';
import type { Moment } from '../shared/moment.ts';

/** What the directory says today about the IIJ ID contract of an accepted contractor. */
export interface RecordIijIdContract extends Moment {
  readonly type: 'RecordIijIdContract';
  readonly held: boolean;
}

/** 第3条: recorded and shown, without any effect on the contract. */
export function recordIijIdContract(command: RecordIijIdContract, state: ContractState): Decision {
  const running = mustBeRunning(state, command.now);
  if (!running.ok) return running;
  const held = running.value.iijId.lostOn === undefined;
  if (held === command.held) return ok([]);
  const on = jstDayOf(command.now);
  return ok([command.held ? event('IijIdContractRegained', { on }) : event('IijIdContractLost', { on })]);
}
