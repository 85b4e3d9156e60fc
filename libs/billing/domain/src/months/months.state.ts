import type { ServiceMonth } from '@smartkey/calendar';
import type { MonthClosed } from './months.events.ts';

/**
 * A contract's months as far as they are done. Issued is final; nothing-due is not: a fee may still be found, or the billing
 * start set, also when a later month is issued already.
 */
export interface BillingMonths {
  readonly issued: Readonly<Record<ServiceMonth, string>>;
  readonly nothingDue: readonly ServiceMonth[];
  readonly lastIssued?: ServiceMonth;
}

export const noMonths: BillingMonths = { issued: {}, nothingDue: [] };

/** The months with one more of them done. */
export function withMonth(state: BillingMonths, close: MonthClosed['data']): BillingMonths {
  if (close.outcome === 'nothing-due')
    return state.nothingDue.includes(close.month)
      ? state
      : { ...state, nothingDue: [...state.nothingDue, close.month] };
  const { lastIssued = close.month } = state;
  return {
    issued: { ...state.issued, [close.month]: close.number },
    nothingDue: state.nothingDue.filter((month) => month !== close.month),
    lastIssued: lastIssued > close.month ? lastIssued : close.month,
  };
}
