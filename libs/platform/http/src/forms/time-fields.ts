import { isJstDay, isServiceMonth } from '@smartkey/calendar';
import { parseInstant } from '@smartkey/kernel';
import { Transform } from 'class-transformer';
import { check, field, type FieldOptions } from './field.ts';

/** A calendar day in Japan that exists, `2018-01-31`. */
export const IsJstDay = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    { type: String, format: 'date', example: '2018-01-31' },
    options,
    check(
      'jst-day',
      (value) => typeof value === 'string' && isJstDay(value),
      'Must be a day that exists, YYYY-MM-DD.',
    ),
  );

/** A service month, `2018-01`. */
export const IsServiceMonth = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    { type: String, pattern: '^\\d{4}-(0[1-9]|1[0-2])$', example: '2018-01' },
    options,
    check(
      'service-month',
      (value) => typeof value === 'string' && isServiceMonth(value),
      'Must be a calendar month, YYYY-MM.',
    ),
  );

/** An instant with its offset (RFC 3339), brought to the canonical form `2018-01-31T15:00:00.000Z`. */
export const IsInstantText = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    { type: String, format: 'date-time', example: '2018-01-31T15:00:00Z' },
    options,
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (parseInstant(value) ?? value) : value,
    ),
    check(
      'instant',
      (value) => typeof value === 'string' && parseInstant(value) !== undefined,
      'Must be an instant that exists, with an offset: 2018-01-31T15:00:00Z.',
    ),
  );
