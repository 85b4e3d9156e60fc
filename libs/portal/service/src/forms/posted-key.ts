import { randomUUID } from 'node:crypto';
import type { PostedForm } from './posted-form.ts';

/** The key of one press of a button: sent twice it is one command. */
export function keyOf(form: PostedForm): string {
  const given = form.get('_key');
  return given !== undefined && /^[\da-f-]{36}$/.test(given) ? given : randomUUID();
}
