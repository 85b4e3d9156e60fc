import { PageError } from '../../pages/page-error.ts';
import type { Visit } from '../../visit/visit.ts';

/** What the browser answered. @throws PageError where it is none. */
export function answered({ form }: Visit): { challenge: string; response: never } {
  const challenge = form.get('challenge') ?? '';
  try {
    return { challenge, response: JSON.parse(form.get('response') ?? '') as never };
  } catch (error) {
    throw new PageError(400, 'unreadable-form', error);
  }
}
