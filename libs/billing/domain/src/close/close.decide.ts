import { endOfMonth, firstDayOf, type ServiceMonth } from '@smartkey/calendar';
import { conflict, event, ok, type Decision, type Instant, type RunId } from '@smartkey/kernel';
import { notBeforeTheTerms } from '@smartkey/terms';
import type { CloseFinished, MonthCloseEvent } from './close.events.ts';
import type { MonthClose } from './close.state.ts';

/** Somebody asks for a month to be closed. */
export interface RequestClose {
  readonly kind: 'request';
  readonly run: RunId;
  readonly month: ServiceMonth;
  readonly now: Instant;
}

/** A run has looked at every contract. */
export type FinishClose = { readonly kind: 'finish' } & Omit<CloseFinished['data'], 'state'>;

export type MonthCloseCommand = RequestClose | FinishClose;

export function requestClose(
  { run, month, now }: RequestClose,
  state: MonthClose,
): Decision<MonthCloseEvent> {
  const beforeTheTerms = notBeforeTheTerms(firstDayOf(month), '/month');
  if (beforeTheTerms !== undefined) return beforeTheTerms;
  if (now < endOfMonth(month))
    return conflict('month-not-ended', `${month} has not ended in Japan; it can be closed afterwards.`, {
      rule: 'Invoices',
    });
  return ok(state.open === undefined ? [event('CloseRequested', { run, month })] : []);
}

export function finishClose(
  { kind: _kind, ...data }: FinishClose,
  state: MonthClose,
): Decision<MonthCloseEvent> {
  if (state.open !== data.run) return ok([]);
  const ended = data.counts.parked === 0 ? ('completed' as const) : ('partial' as const);
  return ok([{ type: 'CloseFinished', version: 4, data: { ...data, state: ended } }]);
}
