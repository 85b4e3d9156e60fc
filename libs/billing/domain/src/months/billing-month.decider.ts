import type { ServiceMonth } from '@smartkey/calendar';
import { conflict, ok, type Decider, type DomainEvent } from '@smartkey/kernel';

/** A month of a contract is done: its ordinary invoice is issued, or nothing was due when it was looked at. */
export type MonthClosed = DomainEvent<
  'MonthClosed',
  {
    readonly contract: string;
    readonly month: ServiceMonth;
    readonly outcome: 'issued' | 'nothing-due';
    readonly number?: string;
  }
>;

/** Stream of one contract's months. */
export const billingStreamOf = (contract: string): string => `billing-${contract}`;

/**
 * A contract's months as far as they are done. Issued is final; nothing-due is not: a fee may still be found, or the billing
 * start set, also when a later month is issued already.
 */
export interface BillingMonths {
  readonly issued: Readonly<Record<ServiceMonth, string>>;
  readonly nothingDue: readonly ServiceMonth[];
  readonly lastIssued?: ServiceMonth;
}

export type CloseMonth = MonthClosed['data'];

/** The months with one more of them done. */
export function withMonth(state: BillingMonths, close: CloseMonth): BillingMonths {
  if (close.outcome === 'nothing-due')
    return state.nothingDue.includes(close.month)
      ? state
      : { ...state, nothingDue: [...state.nothingDue, close.month] };
  const { lastIssued = close.month } = state;
  return {
    issued: { ...state.issued, [close.month]: close.number ?? '' },
    nothingDue: state.nothingDue.filter((month) => month !== close.month),
    lastIssued: lastIssued > close.month ? lastIssued : close.month,
  };
}

export const billingMonths: Decider<BillingMonths, CloseMonth, MonthClosed> = {
  initial: { issued: {}, nothingDue: [] },

  evolve: (state, { data }) => withMonth(state, data),

  decide: (command, state) => {
    const issued = state.issued[command.month];
    if (issued !== undefined)
      return command.outcome === 'nothing-due' || command.number === issued
        ? ok([])
        : conflict('month-already-issued', `${command.month} is issued as ${issued}.`, { rule: 'Invoices' });
    if (command.outcome === 'nothing-due') {
      // A month that was passed is looked at by every close from then on: that nothing is due is not said again.
      const known = state.nothingDue.includes(command.month) || command.month < (state.lastIssued ?? '');
      return ok(known ? [] : [{ type: 'MonthClosed', version: 1, data: command }]);
    }
    return ok([{ type: 'MonthClosed', version: 1, data: command }]);
  },
};
