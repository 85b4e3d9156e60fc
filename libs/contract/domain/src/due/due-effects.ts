import { endOfDay, startOfDay, startOfMonth } from '@smartkey/calendar';
import { type Fact, type Instant, event } from '@smartkey/kernel';
import { evolveAcceptance, notAccepted } from '../acceptance/acceptance.state.ts';
import { evolveCancellation, lastDayOfContract, noCancellation } from '../cancellation/cancellation.state.ts';
import type { ContractEvent } from '../contract.events.ts';
import type { ContractState } from '../contract.state.ts';
import { evolvePlanChange, noPlanChange } from '../plan-change/plan-change.state.ts';

/** The parts of a contract that time by itself acts on. */
export type DatedState = Pick<ContractState, 'acceptance' | 'planChange' | 'cancellation'>;

/** Nothing is known of the contract yet. */
export const undated: DatedState = {
  acceptance: notAccepted,
  planChange: noPlanChange,
  cancellation: noCancellation,
};

/** Folds the dated facts alone; asks no more of an event than what its published message carries too. */
export const evolveDated = (state: DatedState, event: Fact<ContractEvent>): DatedState => ({
  acceptance: evolveAcceptance(state.acceptance, event),
  planChange: evolvePlanChange(state.planChange, event),
  cancellation: evolveCancellation(state.cancellation, event),
});

/** Something that comes about by itself at an instant. */
export interface DueEffect {
  readonly at: Instant;
  readonly events: readonly ContractEvent[];
}

/**
 * What comes next by itself, earliest first: the end of the contract at the end of its last day (第6条), a month's plan or the
 * lapse of an unaccepted request at 00:00 JST of the 1st (第4条), the start of service at 00:00 JST of its day (第7条). At one
 * instant in this order. A pure function of the dated facts: it names no effect that is on record.
 */
export function nextDueEffect(state: DatedState): DueEffect | undefined {
  const { acceptedOn } = state.acceptance;
  if (acceptedOn === undefined) return undefined;
  const effects = [...termination(state), ...beforeTheEnd(state)];
  return effects.reduce<DueEffect | undefined>(
    (first, effect) => (first === undefined || effect.at < first.at ? effect : first),
    undefined,
  );
}

/** The instant of the next effect, or `undefined`. */
export const nextDue = (state: DatedState): Instant | undefined => nextDueEffect(state)?.at;

function termination({ cancellation, planChange }: DatedState): readonly DueEffect[] {
  const lastDay = lastDayOfContract(cancellation);
  if (lastDay === undefined || lastDay === cancellation.terminatedOn) return [];
  const at = endOfDay(lastDay);
  const lapses = planChange.changes
    .filter((change) => change.status === 'requested' || change.status === 'accepted')
    .map(({ id: planChange }) =>
      event('PlanChangeLapsed', { planChange, reason: 'contract-ends-before' }, at),
    );
  return [{ at, events: [event('ContractTerminated', { lastDay }, at), ...lapses] }];
}

function beforeTheEnd({ acceptance, cancellation, planChange }: DatedState): readonly DueEffect[] {
  if (cancellation.terminatedOn !== undefined) return [];
  const effects: DueEffect[] = [];
  for (const { id, plan, fromMonth, status } of planChange.changes) {
    const at = startOfMonth(fromMonth);
    if (status === 'accepted')
      effects.push({ at, events: [event('PlanChanged', { planChange: id, plan, fromMonth }, at)] });
    if (status === 'requested') {
      const lapse = event('PlanChangeLapsed', { planChange: id, reason: 'not-accepted-in-time' }, at);
      effects.push({ at, events: [lapse] });
    }
  }
  const { billingStart, startedOn } = acceptance;
  const lastDay = lastDayOfContract(cancellation);
  // A start after the last day never comes: the billing window is empty.
  if (
    billingStart !== undefined &&
    billingStart !== startedOn &&
    !(lastDay !== undefined && billingStart > lastDay)
  ) {
    const at = startOfDay(billingStart);
    effects.push({ at, events: [event('ServiceStarted', { date: billingStart }, at)] });
  }
  return effects;
}

/**
 * Everything due at or before an instant, in the order of the instants.
 * @returns the events, and the state after them. `evolve` must take each effect's events off what is due, as the contract's does.
 */
export function settle<State extends DatedState>(
  state: State,
  upTo: Instant,
  evolve: (state: State, event: Fact<ContractEvent>) => State,
): { readonly events: readonly ContractEvent[]; readonly state: State } {
  const events: ContractEvent[] = [];
  let settled = state;
  for (let due = nextDueEffect(settled); due !== undefined && due.at <= upTo; due = nextDueEffect(settled))
    for (const effect of due.events) {
      events.push(effect);
      settled = evolve(settled, { ...effect, occurredAt: due.at, recordedAt: upTo });
    }
  return { events, state: settled };
}
