import { isDecimal, isYen } from '@smartkey/money';
import { Transform } from 'class-transformer';
import { check, field, type FieldOptions } from './field.ts';

/** A whole amount of yen as text, from `min` (default 0). */
export const IsYenText = (options: FieldOptions & { readonly min?: number } = {}): PropertyDecorator => {
  const { min = 0 } = options;
  return field(
    { type: String, pattern: '^(0|-?[1-9]\\d{0,14})$', example: '10000' },
    options,
    check(
      'yen',
      (value) => typeof value === 'string' && isYen(value) && Number(value) >= min,
      `Must be a whole amount of yen as text, from "${min}".`,
    ),
  );
};

/** A decimal as text, from "0": no exponent, at most 6 decimals. */
export const IsDecimalText = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    { type: String, pattern: '^-?(0|[1-9]\\d{0,14})(\\.\\d{1,6})?$', example: '0.85' },
    options,
    check(
      'decimal',
      (value) =>
        typeof value === 'string' &&
        isDecimal(value) &&
        (value.split('.')[1]?.length ?? 0) <= 6 &&
        !value.startsWith('-'),
      'Must be a non-negative decimal as text with at most 6 decimals.',
    ),
  );

/** A whole number, `min` to `max`. */
export const IsWholeNumber = (
  options: FieldOptions & { readonly min?: number; readonly max?: number } = {},
): PropertyDecorator => {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = options;
  return field(
    { type: 'integer', minimum: min, maximum: max },
    options,
    check(
      'whole-number',
      (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
      `Must be a whole number from ${min} to ${max}.`,
    ),
  );
};

/** A whole number in a query, where everything is text. */
export const IsWholeNumberText = (
  options: FieldOptions & { readonly min?: number; readonly max?: number } = {},
): PropertyDecorator => {
  const number = IsWholeNumber(options);
  const fromText = Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value,
  );
  return (target, property) => {
    fromText(target, property);
    number(target, property);
  };
};

/** `true` or `false`. */
export const IsTrueOrFalse = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    { type: Boolean },
    options,
    check('true-or-false', (value) => typeof value === 'boolean', 'Must be true or false.'),
  );

/** `true` or `false` in a query. */
export const IsFlagText = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    { type: Boolean },
    options,
    Transform(({ value }: { value: unknown }) =>
      value === 'true' ? true : value === 'false' ? false : value,
    ),
    check('true-or-false', (value) => typeof value === 'boolean', 'Must be true or false.'),
  );
