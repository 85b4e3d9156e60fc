import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { pointerStep } from '../body/json-pointer.ts';
import type { FieldError } from '../problem/problem.ts';
import { validationFailed } from '../problem/problems.ts';

const PLAIN = new Set<unknown>([String, Number, Boolean, Array, Object, undefined]);

/** `isInt` → `int`, `maxLength` → `max-length`; the checks of this package are named as they are told. */
const ruleOf = (constraint: string): string =>
  constraint === 'whitelistValidation'
    ? 'unknown-field'
    : constraint
        .replace(/^is(?=[A-Z])/, '')
        .replace(/(?<=[a-z\d])[A-Z]/g, (letter) => `-${letter}`)
        .toLowerCase();

function collect(errors: readonly ValidationError[], parent: string, found: FieldError[]): void {
  for (const { property, constraints = {}, children = [] } of errors) {
    const pointer = parent + pointerStep(property);
    for (const [constraint, message] of Object.entries(constraints))
      found.push({
        pointer,
        rule: ruleOf(constraint),
        detail: constraint === 'whitelistValidation' ? 'This field is not known here.' : message,
      });
    collect(children, pointer, found);
  }
}

/** Takes away members that are `undefined`, so that a form holds only what was sent. */
function withoutUnset(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value))
    if (member === undefined) delete (value as Record<string, unknown>)[name];
    else withoutUnset(member);
}

/**
 * Turns a body or query into its form class: unknown fields are refused, every broken check is named with its pointer,
 * and no rejected value is told back.
 */
@Injectable()
export class FormPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type === 'custom' || type === 'param' || PLAIN.has(metatype)) return value;
    const given = value ?? {};
    if (typeof given !== 'object' || Array.isArray(given) || value === null)
      throw validationFailed([{ pointer: '', rule: 'object', detail: 'The body must be a JSON object.' }]);
    const form = plainToInstance(metatype!, given) as object;
    const errors = validateSync(form, {
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: false,
      stopAtFirstError: true,
      validationError: { target: false, value: false },
    });
    if (errors.length > 0) {
      const found: FieldError[] = [];
      collect(errors, '', found);
      throw validationFailed(found);
    }
    withoutUnset(form);
    return form;
  }
}
