import { addDays, earlierDay, laterDay, numberOfDay, type JstDay } from './jst-day.ts';
import { firstDayOf, lastDayOf, type ServiceMonth } from './service-month.ts';

/** Days from `from` to `to`, both included; open at the end where `to` is missing. */
export interface DaySpan {
  readonly from: JstDay;
  readonly to?: JstDay | undefined;
}

/** A span with both its ends. */
export interface ClosedSpan {
  readonly from: JstDay;
  readonly to: JstDay;
}

const FAR = '9999-12-31';

export const spanOfMonth = (month: ServiceMonth): ClosedSpan => ({
  from: firstDayOf(month),
  to: lastDayOf(month),
});

/** The days that both spans have, or `undefined` where they share none. */
export function clip(span: DaySpan, within: DaySpan): DaySpan | undefined {
  const from = laterDay(span.from, within.from);
  const to = earlierDay(span.to ?? FAR, within.to ?? FAR);
  if (from > to) return undefined;
  return to === FAR ? { from } : { from, to };
}

/** The same days as disjoint spans in order; adjacent spans are joined. */
export function unionOfSpans(spans: readonly DaySpan[]): readonly DaySpan[] {
  const ordered = [...spans].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  const union: DaySpan[] = [];
  for (const span of ordered) {
    const last = union.at(-1);
    if (last === undefined || (last.to !== undefined && addDays(last.to, 1) < span.from)) union.push(span);
    else if (last.to !== undefined && (span.to === undefined || span.to > last.to))
      union[union.length - 1] =
        span.to === undefined ? { from: last.from } : { from: last.from, to: span.to };
  }
  return union;
}

/** How many distinct days the spans cover within a closed span. */
export function distinctDays(spans: readonly DaySpan[], within: ClosedSpan): number {
  let days = 0;
  for (const span of unionOfSpans(spans)) {
    const part = clip(span, within);
    if (part !== undefined) days += numberOfDay(part.to ?? within.to) - numberOfDay(part.from) + 1;
  }
  return days;
}
