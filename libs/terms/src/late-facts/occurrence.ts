import { jstDayOf, startOfDay, type JstDay } from '@smartkey/calendar';
import type { Instant } from '@smartkey/kernel';

/**
 * `occurredAt` of a fact that is told with its day (rules, "Words"): 00:00 JST of a past day.
 * @returns undefined where the day is not past: then it is a fact of the moment.
 */
export const occurrenceOn = (day: JstDay, now: Instant): Instant | undefined =>
  day >= jstDayOf(now) ? undefined : startOfDay(day);
