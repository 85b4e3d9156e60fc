import { monthOfDay, nextMonth, type JstDay, type ServiceMonth } from '@smartkey/calendar';

/** What decides which months of a contract are to be looked at. */
export interface BillableLife {
  readonly billingStart?: JstDay;
  /** Days on which outstanding fees above 0 yen arose. */
  readonly feeDays: readonly JstDay[];
  /** The months that have their ordinary invoice. */
  readonly issued: Pick<ReadonlySet<ServiceMonth>, 'has'>;
  /** The latest of them. */
  readonly lastIssued?: ServiceMonth;
}

/**
 * The months of a contract that are not issued, up to a month, ascending: they are issued in order, so what earlier months
 * still owe goes first. Whether each of them is due is for `draftInvoice` to say.
 */
export function monthsToConsider(life: BillableLife, upTo: ServiceMonth): readonly ServiceMonth[] {
  const days = [...(life.billingStart === undefined ? [] : [life.billingStart]), ...life.feeDays];
  const first = days.map(monthOfDay).reduce<ServiceMonth>((a, b) => (a < b ? a : b), upTo);
  const months: ServiceMonth[] = [];
  for (let month = first; month <= upTo; month = nextMonth(month))
    if (!life.issued.has(month)) months.push(month);
  return months;
}

/**
 * How far a close looks: to its own month, or to the last issued one where that is later. What is not issued before the last
 * issued month has been overtaken: every close takes it up, of whatever month.
 */
export const endOfClose = (closing: ServiceMonth, lastIssued: ServiceMonth = closing): ServiceMonth =>
  lastIssued > closing ? lastIssued : closing;
