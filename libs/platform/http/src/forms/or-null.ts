import { applyDecorators } from '@nestjs/common';
import { ValidateIf } from 'class-validator';
import { ApiProperty } from '../openapi/described-later.ts';

/** The field may be `null`, as a value of its own: `@OrNull() @IsWholeNumber({ min: 1 })`. */
export const OrNull = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ nullable: true }),
    ValidateIf((_form, value) => value !== null),
  );
