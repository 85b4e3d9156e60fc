import { isId, isSeenName, type IdPrefix } from '@smartkey/kernel';
import { Transform } from 'class-transformer';
import { faultOfText, isSingleLine, isWellFormed } from '../body/text-rules.ts';
import { check, field, type FieldOptions } from './field.ts';

/** The longest of a parameter that may be said several times. */
const MOST_REPEATED = 4_096;
const isText = (value: unknown): value is string => typeof value === 'string';
const lengthOf = (text: string): number => [...text].length;

/**
 * Text of `min` (default 1) to `max` characters (code points), not blank, on one line unless `multiline`. On one line, which names
 * are, all of it is seen.
 */
export const IsText = (
  options: FieldOptions & { readonly max: number; readonly min?: number; readonly multiline?: boolean },
): PropertyDecorator => {
  const { max, min = 1, multiline = false } = options;
  return field(
    { type: String, minLength: min, maxLength: max },
    options,
    check(
      'text',
      (value) =>
        isText(value) &&
        value.length <= 2 * max &&
        lengthOf(value) >= min &&
        lengthOf(value) <= max &&
        (min === 0 || value.trim() !== '') &&
        faultOfText(value) === undefined &&
        (multiline || (isSingleLine(value) && isSeenName(value))),
      `Must be ${multiline ? '' : 'one line of '}text of ${min} to ${max} characters${multiline ? '' : ', none of them invisible'}.`,
    ),
  );
};

/** The id that a customer gives a person: 1 to 256 characters; brought to Unicode NFC, in which ids are compared. */
export const IsExternalId = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    { type: String, minLength: 1, maxLength: 256, example: 'taro@example.co.jp' },
    options,
    Transform(({ value }: { value: unknown }) =>
      isText(value) && isWellFormed(value) ? value.normalize('NFC') : value,
    ),
    check(
      'external-id',
      (value) =>
        isText(value) &&
        value.length <= 512 &&
        value.trim() !== '' &&
        lengthOf(value) <= 256 &&
        faultOfText(value) === undefined &&
        isSingleLine(value),
      'Must be 1 to 256 characters on one line, without control characters.',
    ),
  );

/** An id of ours with that prefix, by its form. */
export const IsIdOf = (prefix: IdPrefix, options: FieldOptions = {}): PropertyDecorator =>
  field(
    { type: String, pattern: `^${prefix}_[0-9a-hjkmnp-tv-z]{26}$` },
    options,
    check(
      'id',
      (value) => isText(value) && isId(prefix, value),
      `Must be an id that starts with ${prefix}_.`,
    ),
  );

/** A list of ids of ours with that prefix, at most so many. */
export const IsListOfIds = (
  prefix: IdPrefix,
  { max, ...options }: FieldOptions & { readonly max: number },
): PropertyDecorator =>
  field(
    { type: String, isArray: true, maxItems: max },
    options,
    check(
      'ids',
      (value) =>
        Array.isArray(value) &&
        value.length <= max &&
        value.every((each) => isText(each) && isId(prefix, each)),
      `Must be a list of up to ${max} ids that start with ${prefix}_.`,
    ),
  );

/** One of the named values. */
export const IsOneOf = (values: readonly string[], options: FieldOptions = {}): PropertyDecorator =>
  field(
    { type: String, enum: [...values] },
    options,
    check(
      'one-of',
      (value) => isText(value) && values.includes(value),
      `Must be one of: ${values.join(', ')}.`,
    ),
  );

/** A list of the named values, at least one, each once. */
export const IsSetOf = (values: readonly string[], options: FieldOptions = {}): PropertyDecorator =>
  field(
    { type: String, enum: [...values], isArray: true, minItems: 1, maxItems: values.length },
    options,
    check(
      'set-of',
      (value) =>
        Array.isArray(value) &&
        value.length > 0 &&
        value.length <= values.length &&
        new Set(value).size === value.length &&
        value.every((each) => isText(each) && values.includes(each)),
      `Must be a list of at least one, each once, of: ${values.join(', ')}.`,
    ),
  );

/** Texts of a prescribed form, at most so many: a parameter that may be said several times, or once with commas between. */
export const IsRepeatable = (
  pattern: RegExp,
  detail: string,
  options: FieldOptions & { readonly max: number },
): PropertyDecorator =>
  field(
    { type: String, pattern: pattern.source, isArray: true, maxItems: options.max },
    options,
    Transform(({ value }: { value: unknown }) =>
      [value].flat().every((each) => isText(each) && each.length <= MOST_REPEATED)
        ? [value as string | string[]].flat().flatMap((each) => each.split(','))
        : value,
    ),
    check(
      'pattern',
      (value) =>
        Array.isArray(value) &&
        value.length <= options.max &&
        value.every((each) => isText(each) && pattern.test(each)),
      detail,
    ),
  );

/** Text of a prescribed form. */
export const IsMatching = (
  pattern: RegExp,
  detail: string,
  options: FieldOptions & { readonly max?: number } = {},
): PropertyDecorator =>
  field(
    { type: String, pattern: pattern.source },
    options,
    check(
      'pattern',
      (value) => isText(value) && value.length <= (options.max ?? 256) && pattern.test(value),
      detail,
    ),
  );
