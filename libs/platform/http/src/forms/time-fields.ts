import {
  FIRST_DAY,
  firstDayOf,
  isDayWithinReach,
  isJstDay,
  isServiceMonth,
  isWithinReach,
  LAST_DAY,
  parseInstant,
  type ServiceMonth,
} from '@smartkey/calendar';
import type { Instant } from '@smartkey/kernel';
import { Transform } from 'class-transformer';
import { check, field, type FieldOptions } from './field.ts';

const REACH = `from ${FIRST_DAY} to ${LAST_DAY}`;

/** A service month that may be spoken of at all; how far ahead of the present one, its owner says. */
export const isReadableMonth = (value: unknown): value is ServiceMonth =>
  typeof value === 'string' && isServiceMonth(value) && isDayWithinReach(firstDayOf(value));

export const MONTH_DETAIL = `Must be a calendar month, YYYY-MM, ${REACH}.`;

/** The instant that a text stands for, in the canonical form; `undefined` where it is none that may be spoken of. */
function readInstant(value: unknown): Instant | undefined {
  const instant = typeof value === 'string' ? parseInstant(value) : undefined;
  return instant !== undefined && isWithinReach(instant) ? instant : undefined;
}

/** A calendar day in Japan that exists, `2018-01-31`. */
export const IsJstDay = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    { type: String, format: 'date', example: '2018-01-31' },
    options,
    check(
      'jst-day',
      (value) => typeof value === 'string' && isJstDay(value) && isDayWithinReach(value),
      `Must be a day that exists, YYYY-MM-DD, ${REACH}.`,
    ),
  );

/** A service month, `2018-01`. */
export const IsServiceMonth = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    { type: String, pattern: '^\\d{4}-(0[1-9]|1[0-2])$', example: '2018-01' },
    options,
    check('service-month', isReadableMonth, MONTH_DETAIL),
  );

/** An instant with its offset (RFC 3339), brought to the canonical form `2018-01-31T15:00:00.000Z`. */
export const IsInstantText = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    { type: String, format: 'date-time', example: '2018-01-31T15:00:00Z' },
    options,
    Transform(({ value }: { value: unknown }) => readInstant(value) ?? value),
    check(
      'instant',
      (value) => readInstant(value) !== undefined,
      `Must be an instant that exists, with an offset: 2018-01-31T15:00:00Z; in Japan ${REACH}.`,
    ),
  );
