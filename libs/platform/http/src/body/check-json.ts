import type { FieldError } from '../problem/problem.ts';
import { repeatedMember, unreadable, validationFailed } from '../problem/problems.ts';
import { duplicateMember, writtenMembers } from './duplicate-members.ts';
import { pointerStep } from './json-pointer.ts';
import { faultOfText } from './text-rules.ts';

/** Deeper than any form of ours; the walks behind this one are recursive. */
const MAX_DEPTH = 16;
const MAX_ERRORS = 20;

/** @returns how many members its objects have. */
function walk(value: unknown, pointer: string, depth: number, errors: FieldError[]): number {
  if (typeof value === 'string') {
    const fault = faultOfText(value);
    if (fault !== undefined && errors.length < MAX_ERRORS)
      errors.push({ pointer, rule: 'plain-text', detail: fault });
    return 0;
  }
  if (value === Infinity || value === -Infinity)
    throw unreadable('malformed-json', 'A number is too large to be read.');
  if (typeof value !== 'object' || value === null) return 0;
  if (depth === MAX_DEPTH)
    throw unreadable('json-too-deep', `JSON deeper than ${MAX_DEPTH} levels is not read.`);
  let members = 0;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1)
      members += walk(value[index], pointer + pointerStep(index), depth + 1, errors);
    return members;
  }
  for (const [name, member] of Object.entries(value)) {
    if (faultOfText(name) !== undefined)
      throw unreadable('malformed-json', 'A member name is not plain text.');
    members += 1 + walk(member, pointer + pointerStep(name), depth + 1, errors);
  }
  return members;
}

/**
 * Refuses what no form of ours can hold: depth and repeated members (400), control characters and broken Unicode (422, with
 * pointers). A parser keeps the last of two members with one name; whoever reads the first would see another request.
 * @param text what the value was read from.
 */
export function checkJson(value: unknown, text: string): void {
  const errors: FieldError[] = [];
  // Fewer members than were written: only then is it worth looking for the one that is repeated.
  if (walk(value, '', 0, errors) !== writtenMembers(text)) throw repeatedMember(duplicateMember(text) ?? '');
  if (errors.length > 0) throw validationFailed(errors);
}
