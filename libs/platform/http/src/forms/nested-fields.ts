import { Type as Instance } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import type { Type } from '@nestjs/common';
import { check, field, type FieldOptions } from './field.ts';
import { isJsonObject } from '@smartkey/kernel';

/** Another form inside this one. */
export const IsNested = (form: () => Type<object>, options: FieldOptions = {}): PropertyDecorator =>
  field(
    { type: () => form() },
    options,
    Instance(form),
    check('object', isJsonObject, 'Must be a JSON object.'),
    ValidateNested(),
  );

/** A list of forms inside this one, `min` (default 0) to `max` (default 100) of them. */
export const IsListOf = (
  form: () => Type<object>,
  options: FieldOptions & { readonly min?: number; readonly max?: number } = {},
): PropertyDecorator => {
  const { min = 0, max = 100 } = options;
  return field(
    { type: () => form(), isArray: true, minItems: min, maxItems: max },
    options,
    Instance(form),
    check(
      'list',
      (value) =>
        Array.isArray(value) && value.length >= min && value.length <= max && value.every(isJsonObject),
      `Must be a list of ${min} to ${max} JSON objects.`,
    ),
    ValidateNested({ each: true }),
  );
};
