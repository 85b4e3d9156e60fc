import { jstDayOf, startOfDay, type JstDay } from '@smartkey/calendar';
import type { Instant } from '@smartkey/kernel';

/** When a decision is made: part of every command, for a decision reads no clock. */
export interface Moment {
  readonly now: Instant;
}

/** `occurredAt` of a fact that is told with its day (rules, "Words"): 00:00 JST of a past day; today it is a fact of the moment. */
export const occurrenceOn = (day: JstDay, now: Instant): Instant | undefined =>
  day >= jstDayOf(now) ? undefined : startOfDay(day);
