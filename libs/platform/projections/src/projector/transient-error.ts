import { DatabaseUnavailableError } from '@smartkey/database';
import { codeOf } from '@smartkey/lifecycle';

/**
 * SQLSTATE classes that speak of the server's state and not of the statement: connection, rolled back for a
 * conflict, resources, an operator's intervention, the system.
 */
const TRANSIENT_CLASSES = ['08', '40', '53', '55', '57', '58'];

/** Whether the same work may succeed later as it is: then nothing is parked, it is tried again. */
export function isTransient(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof DatabaseUnavailableError) return true;
    const code = codeOf(cause);
    if (/^[0-9A-Z]{5}$/.test(code) && TRANSIENT_CLASSES.includes(code.slice(0, 2))) return true;
  }
  return false;
}

/** What is kept of an error beside the message that caused it. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 2_000);
