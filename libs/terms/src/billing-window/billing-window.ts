import {
  clip,
  endOfDay,
  spanOfMonth,
  type ClosedSpan,
  type JstDay,
  type ServiceMonth,
} from '@smartkey/calendar';
import type { Instant } from '@smartkey/kernel';

/** The dated facts between which a contract is billed (第6条, 第7条). */
export interface ServiceTerm {
  /** 課金開始日; unset, nothing monthly is due. */
  readonly billingStart?: JstDay;
  /** Effective day of the cancellation, the last day of service; unset, there is no end in sight. */
  readonly lastDay?: JstDay;
}

/**
 * The billing window cut to a month: [課金開始日, effective day of cancellation], both days included. `undefined` where it does
 * not meet the month; a start after the effective day is an empty window.
 */
export function billingWindowIn(
  { billingStart, lastDay }: ServiceTerm,
  month: ServiceMonth,
): ClosedSpan | undefined {
  if (billingStart === undefined || (lastDay !== undefined && lastDay < billingStart)) return undefined;
  const ofMonth = spanOfMonth(month);
  const part = clip({ from: billingStart, to: lastDay }, ofMonth);
  return part === undefined ? undefined : { from: part.from, to: part.to ?? ofMonth.to };
}

/** Whether the last day is over at an instant (第6条): it ends with that day. */
export const isOver = (lastDay: JstDay | undefined, instant: Instant): lastDay is JstDay =>
  lastDay !== undefined && instant >= endOfDay(lastDay);
