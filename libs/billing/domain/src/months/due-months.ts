import { monthOfDay, nextMonth, type JstDay, type ServiceMonth } from '@smartkey/calendar';

/** What decides which months of a contract are to be looked at. */
export interface BillableLife {
  readonly billingStart?: JstDay;
  /** Days on which outstanding fees above 0 yen arose. */
  readonly feeDays: readonly JstDay[];
  /** The latest month that was issued. */
  readonly lastIssued?: ServiceMonth;
}

/**
 * The months of a contract that come before or are the month to close, and are not issued yet, ascending: a contract's months
 * are issued in order, so closing a month first issues what earlier months still owe. Months before the last issued one are
 * never drawn up as ordinary invoices any more (what is found for them later is a correction); whether each of these is due
 * is for `draftInvoice` to say.
 */
export function monthsToConsider(life: BillableLife, closing: ServiceMonth): readonly ServiceMonth[] {
  const days = [...(life.billingStart === undefined ? [] : [life.billingStart]), ...life.feeDays];
  const first = days.map(monthOfDay).reduce<ServiceMonth>((a, b) => (a < b ? a : b), closing);
  const months: ServiceMonth[] = [];
  let month = life.lastIssued !== undefined && life.lastIssued >= first ? nextMonth(life.lastIssued) : first;
  for (; month <= closing; month = nextMonth(month)) months.push(month);
  return months;
}
