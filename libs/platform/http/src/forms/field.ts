import { applyDecorators } from '@nestjs/common';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { ValidateBy, ValidateIf } from 'class-validator';
import { ApiProperty } from '../openapi/described-later.ts';

export interface FieldOptions {
  /** May be left out. `null` is a value and is refused. */
  readonly optional?: boolean;
  readonly description?: string;
  readonly example?: unknown;
}

/** A check of one value, named as it is told: `rule` and `detail` of the problem. */
export const check = (
  rule: string,
  passes: (value: unknown) => boolean,
  detail: string | ((property: string) => string),
): PropertyDecorator =>
  ValidateBy({
    name: rule,
    validator: {
      validate: passes,
      defaultMessage: (about) => (typeof detail === 'string' ? detail : detail(about?.property ?? '')),
    },
  });

/** A field of a form: its checks and its place in the OpenAPI document in one. */
export function field(
  schema: ApiPropertyOptions,
  { optional = false, description, example }: FieldOptions,
  ...decorators: readonly PropertyDecorator[]
): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      ...schema,
      required: !optional,
      ...(description !== undefined && { description }),
      ...(example !== undefined && { example }),
    } as ApiPropertyOptions),
    ...(optional ? [ValidateIf((_form, value) => value !== undefined)] : []),
    ...decorators,
  );
}
