import type { FieldError } from '../problem/problem.ts';
import { unreadable, validationFailed } from '../problem/problems.ts';
import { faultOfText, toWellFormed } from './text-rules.ts';

/** Deeper than any form of ours; the walks behind this one are recursive. */
const MAX_DEPTH = 16;
const MAX_ERRORS = 20;

/** One step of a JSON pointer (RFC 6901). A name that the caller made up is cut, since it comes back in the answer. */
export const pointerStep = (name: string | number): string =>
  `/${toWellFormed(String(name).slice(0, 64)).replaceAll('~', '~0').replaceAll('/', '~1')}`;

function walk(value: unknown, pointer: string, depth: number, errors: FieldError[]): void {
  if (typeof value === 'string') {
    const fault = faultOfText(value);
    if (fault !== undefined && errors.length < MAX_ERRORS)
      errors.push({ pointer, rule: 'plain-text', detail: fault });
    return;
  }
  if (value === Infinity || value === -Infinity)
    throw unreadable('malformed-json', 'A number is too large to be read.');
  if (typeof value !== 'object' || value === null) return;
  if (depth === MAX_DEPTH)
    throw unreadable('json-too-deep', `JSON deeper than ${MAX_DEPTH} levels is not read.`);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1)
      walk(value[index], pointer + pointerStep(index), depth + 1, errors);
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    if (faultOfText(name) !== undefined)
      throw unreadable('malformed-json', 'A member name is not plain text.');
    walk(member, pointer + pointerStep(name), depth + 1, errors);
  }
}

/** Refuses what no form of ours can hold: depth (400), control characters and broken Unicode (422, with pointers). */
export function checkJson(value: unknown): void {
  const errors: FieldError[] = [];
  walk(value, '', 0, errors);
  if (errors.length > 0) throw validationFailed(errors);
}
