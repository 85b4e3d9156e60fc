import type { Instant } from '@smartkey/kernel';
import { addDays, jstDayOf, laterDay, type JstDay } from '@smartkey/calendar';

/** Days that must have run after the arrival of a cancellation notice (第6条). */
const NOTICE_DAYS = 30;

/**
 * 「通知が当社に到達した日から30日を経過する日」 (第6条): the arrival day is not counted (民法140条) and the period ends with its
 * last day (民法141条), so the JST day of arrival + 30, whatever the hour; no shift for holidays.
 */
export const dayNoticeHasRun = (arrivedAt: Instant): JstDay => addDays(jstDayOf(arrivedAt), NOTICE_DAYS);

/**
 * The effective day of a cancellation (第6条), which is the last day of service: the later of the day on which the notice
 * period has run and the day that the contractor asked for.
 */
export const effectiveDayOfCancellation = (arrivedAt: Instant, requestedDay?: JstDay): JstDay =>
  requestedDay === undefined
    ? dayNoticeHasRun(arrivedAt)
    : laterDay(dayNoticeHasRun(arrivedAt), requestedDay);
