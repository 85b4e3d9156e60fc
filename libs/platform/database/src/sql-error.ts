import { types } from 'node:util';
import { DatabaseUnavailableError, UniqueViolationError, WritesUnavailableError } from './database.port.ts';

/** Connection lost, shutting down or out of resources; or a deadlock or write conflict, which a second try resolves. */
const SQLSTATE_UNAVAILABLE = /^(08...|53...|57P0[1-5]|40001|40P01|55P03|25P03)$/;
/** No room, no right or no way to write: told apart from a server that is away, for reading goes on. */
const WRITES_REFUSED: Readonly<Record<string, string>> = {
  '53100': 'its disk is full',
  '25006': 'it is read-only',
  '58030': 'its disk fails',
};
const SOCKET_ERRORS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);
/** What pg says in words only. */
const CONNECTION_WORDS =
  /^(Connection terminated|Client has encountered a connection error|timeout e(xceeded|xpired)|Cannot use a pool after|Client was closed)/i;

/** The error as callers know it: those that they handle by type, and anything else as the driver threw it. */
export function sqlError(error: unknown): unknown {
  // Not by instanceof: drivers and sockets may have their errors from another realm.
  if (!types.isNativeError(error)) return error;
  const { code = '', constraint } = error as { readonly code?: string; readonly constraint?: string };
  if (code === '23505') return new UniqueViolationError(constraint ?? '', { cause: error });
  const refused = WRITES_REFUSED[code];
  if (refused !== undefined) return new WritesUnavailableError(refused, { cause: error });
  if (SQLSTATE_UNAVAILABLE.test(code) || SOCKET_ERRORS.has(code) || CONNECTION_WORDS.test(error.message))
    return new DatabaseUnavailableError(`the database is not available: ${error.message}`, { cause: error });
  return error;
}
