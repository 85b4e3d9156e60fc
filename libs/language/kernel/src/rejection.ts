import { fail, type Result } from './result.ts';

/**
 * Why a command is refused, in words its sender can act on.
 * `kind` decides the HTTP status: invalid 422, conflict 409, forbidden 403, not-found 404, gone 410.
 */
export interface Rejection {
  readonly kind: 'invalid' | 'conflict' | 'forbidden' | 'not-found' | 'gone';
  /** Stable, machine-readable, kebab-case: `notice-from-the-future`. */
  readonly code: string;
  /** One sentence for people. Never contains a secret or a rejected code. */
  readonly detail: string;
  /** The article or rule that was broken: `第6条`, `別紙1`, `RFC 6238`. */
  readonly rule?: string;
  /** JSON pointer (RFC 6901) into the request body: `/requestedDay`. */
  readonly pointer?: string;
}

/** A refusal, or nothing: what a guard answers. */
export type Refused = Result<never, Rejection> | undefined;

type Words = Omit<Rejection, 'kind' | 'code' | 'detail'>;
const refusal =
  (kind: Rejection['kind']) =>
  (code: string, detail: string, words: Words = {}): Result<never, Rejection> =>
    fail({ kind, code, detail, ...words });

/** A field or a rule is broken (422). */
export const invalid = refusal('invalid');
/** The state does not admit it (409). */
export const conflict = refusal('conflict');
/** This actor may not (403). */
export const forbidden = refusal('forbidden');
/** Not there, or not this tenant's: the same answer (404). */
export const notFound = refusal('not-found');
/** Was there and has expired (410). */
export const gone = refusal('gone');

/** What the program decides by itself and nobody refuses. @throws Error in the words of the refusal. */
export function unrefused<T>(result: Result<T, Rejection>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.detail}`);
  return result.value;
}
