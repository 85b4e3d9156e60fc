import type { Instant } from '@smartkey/kernel';
import type { ContractEvent } from '../contract.events.ts';
import { evolveAccepted, type AcceptedContract, type ContractState } from '../contract.state.ts';
import { nextDueEffect } from './due-effects.ts';

/** What time brought about, and the contract after it. */
interface Passed<State> {
  readonly events: readonly ContractEvent[];
  readonly state: State;
}

/** Everything due at or before an instant, in the order of the instants. Each effect's events take it off what is due. */
export function letTimePass<State extends ContractState>(
  before: State,
  upTo: Instant,
): Passed<State | AcceptedContract> {
  if (before.stage !== 'accepted') return { events: [], state: before };
  const events: ContractEvent[] = [];
  let state: AcceptedContract = before;
  for (let due = nextDueEffect(state); due !== undefined && due.at <= upTo; due = nextDueEffect(state))
    for (const effect of due.events) {
      events.push(effect);
      state = evolveAccepted(state, { ...effect, occurredAt: due.at, recordedAt: upTo });
    }
  return { events, state };
}
