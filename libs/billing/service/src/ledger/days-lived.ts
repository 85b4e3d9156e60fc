import { earlierDay, type ClosedSpan, type JstDay } from '@smartkey/calendar';

/** The days of a span that have been lived through by the end of a day; `undefined` where it has not begun. Without a day: all of it. */
export function daysLived(span: ClosedSpan, by: JstDay = span.to): ClosedSpan | undefined {
  return by < span.from ? undefined : { from: span.from, to: earlierDay(span.to, by) };
}
