import { endOfMonth, type ServiceMonth } from '@smartkey/calendar';
import { conflict, ok, type Decider, type DomainEvent, type Instant } from '@smartkey/kernel';
import type { ParkReason } from '../invoice/draft-invoice.ts';

/** A contract that a run could not close, by name. */
export interface ParkedContract {
  readonly contract: string;
  readonly code: ParkReason['code'];
  readonly reason: string;
}

export interface CloseCounts {
  /** Contracts accepted by the end of the month. */
  readonly total: number;
  /** Of them, those whose month is issued, by this run or before. */
  readonly issued: number;
  readonly nothingDue: number;
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
    readonly parked: readonly ParkedContract[];
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
      const ended = data.parked.length === 0 ? ('completed' as const) : ('partial' as const);
      return ok([{ type: 'CloseFinished', version: 1, data: { ...data, state: ended } }]);
    }
    const { run, month, now } = command;
    if (now < endOfMonth(month))
      return conflict('month-not-ended', `${month} has not ended in Japan; it can be closed afterwards.`, {
        rule: 'Invoices',
      });
    return ok(state.open === undefined ? [{ type: 'CloseRequested', version: 1, data: { run, month } }] : []);
  },
};
