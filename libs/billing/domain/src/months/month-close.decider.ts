import { endOfMonth, firstDayOf, type ServiceMonth } from '@smartkey/calendar';
import { conflict, ok, type Decider, type DomainEvent, type Instant } from '@smartkey/kernel';
import { notBeforeTheTerms } from '@smartkey/terms';
import type { ParkReason } from '../invoice/draft-invoice.ts';

/** A contract that a run could not close, by name. There may be many: they are kept beside the log, which has their number. */
export interface ParkedContract {
  readonly contract: string;
  readonly code: ParkReason['code'];
  readonly reason: string;
}

export interface CloseCounts {
  /** Accepted contracts: a run visits every one of them, for each may owe a month that was overtaken. */
  readonly total: number;
  /** Of them, those whose month is issued, by this run or before. */
  readonly issued: number;
  readonly nothingDue: number;
  /** Those with a month that cannot be drawn up, the run's own or another. */
  readonly parked: number;
}

export type CloseRequested = DomainEvent<
  'CloseRequested',
  { readonly run: string; readonly month: ServiceMonth }
>;
export type CloseFinished = DomainEvent<
  'CloseFinished',
  {
    readonly run: string;
    readonly month: ServiceMonth;
    readonly state: 'completed' | 'partial';
    readonly counts: CloseCounts;
  }
>;
export type MonthCloseEvent = CloseRequested | CloseFinished;

/** Stream of the runs that close one month. */
export const closeStreamOf = (month: ServiceMonth): string => `close-${month}`;

export interface MonthClose {
  /** The run that is not finished; there is at most one a month. */
  readonly open?: string;
}

export type MonthCloseCommand =
  | { readonly kind: 'request'; readonly run: string; readonly month: ServiceMonth; readonly now: Instant }
  | ({ readonly kind: 'finish' } & Omit<CloseFinished['data'], 'state'>);

export const monthClose: Decider<MonthClose, MonthCloseCommand, MonthCloseEvent> = {
  initial: {},

  evolve: (state, event) => {
    switch (event.type) {
      case 'CloseRequested':
        return { open: event.data.run };
      case 'CloseFinished':
        return state.open === event.data.run ? {} : state;
      default:
        return (event satisfies never, state);
    }
  },

  decide: (command, state) => {
    if (command.kind === 'finish') {
      if (state.open !== command.run) return ok([]);
      const { kind: _kind, ...data } = command;
      const ended = data.counts.parked === 0 ? ('completed' as const) : ('partial' as const);
      return ok([{ type: 'CloseFinished', version: 2, data: { ...data, state: ended } }]);
    }
    const { run, month, now } = command;
    const beforeTheTerms = notBeforeTheTerms(firstDayOf(month), '/month');
    if (beforeTheTerms !== undefined) return beforeTheTerms;
    if (now < endOfMonth(month))
      return conflict('month-not-ended', `${month} has not ended in Japan; it can be closed afterwards.`, {
        rule: 'Invoices',
      });
    return ok(state.open === undefined ? [{ type: 'CloseRequested', version: 1, data: { run, month } }] : []);
  },
};
