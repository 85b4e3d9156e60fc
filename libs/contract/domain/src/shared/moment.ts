import { jstDayOf, startOfDay, type JstDay } from '@smartkey/calendar';
import type { Actor, Instant } from '@smartkey/kernel';

/** When and by whom a decision is made: part of every command, for a decision reads no clock. */
export interface Moment {
  readonly now: Instant;
  readonly actor: Actor;
}

export const isContractor = (actor: Actor): boolean => actor.role === 'contractor';

/**
 * `occurredAt` of a fact that is told with its day (rules, "Words"): of the moment where the day is today, else 00:00 JST of
 * that past day.
 */
export const occurrenceOn = (day: JstDay, now: Instant): Instant | undefined =>
  day === jstDayOf(now) ? undefined : startOfDay(day);
