import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateIf } from 'class-validator';

/** The field may be `null`, as a value of its own: `@OrNull() @IsWholeNumber({ min: 1 })`. */
export const OrNull = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ nullable: true }),
    ValidateIf((_form, value) => value !== null),
  );
