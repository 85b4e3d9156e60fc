import { endOfDay, startOfDay, startOfMonth } from '@smartkey/calendar';
import { type Instant, event } from '@smartkey/kernel';
import { lastDayOfContract } from '../cancellation/cancellation.state.ts';
import type { ContractEvent } from '../contract.events.ts';
import type { DatedContract, DatedState } from './dated.state.ts';

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
  if (state.stage !== 'accepted') return undefined;
  const effects = [...termination(state), ...beforeTheEnd(state)];
  return effects.reduce<DueEffect | undefined>(
    (first, effect) => (first === undefined || effect.at < first.at ? effect : first),
    undefined,
  );
}

/** The instant of the next effect, or `undefined`. */
export const nextDue = (state: DatedState): Instant | undefined => nextDueEffect(state)?.at;

function termination({ cancellation, planChange }: DatedContract): readonly DueEffect[] {
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

function beforeTheEnd({ acceptance, cancellation, planChange }: DatedContract): readonly DueEffect[] {
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
