import { firstDayOf, type JstDay } from '@smartkey/calendar';
import { event } from '@smartkey/kernel';
import type { PlanChangeLapsed } from './plan-change.events.ts';
import { boundChange, type PlanChanges } from './plan-change.state.ts';

/**
 * 第4条: an accepted change whose month comes to lie after an end notified later lapses. One not accepted yet can no longer be
 * accepted, and lapses with the contract.
 */
export function lapsesAtEnd(changes: PlanChanges, lastDay: JstDay): readonly PlanChangeLapsed[] {
  const bound = boundChange(changes);
  return bound !== undefined && firstDayOf(bound.fromMonth) > lastDay
    ? [event('PlanChangeLapsed', { planChange: bound.id, reason: 'contract-ends-before' })]
    : [];
}
