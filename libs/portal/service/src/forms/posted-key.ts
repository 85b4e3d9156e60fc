import { randomUUID } from 'node:crypto';
import type { PostedForm } from './posted-form.ts';

/** The key of one press of a button, as the form brings it: sent twice it is one command. */
export function pressOf(form: PostedForm): string | undefined {
  const given = form.get('_key');
  return given !== undefined && /^[\da-f-]{36}$/.test(given) ? given : undefined;
}

export const keyOf = (form: PostedForm): string => pressOf(form) ?? randomUUID();
