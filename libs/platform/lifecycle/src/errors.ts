import { codeOf } from './failures.ts';

/** People can put it right: its message is a sentence for them, and is told without a stack. */
export class OperatorError extends Error {
  override readonly name: string = 'OperatorError';
}

/** Nothing was decided, and the trouble passes: the same may be tried again. */
export class TransientError extends Error {
  override readonly name: string = 'TransientError';
}

/** What callers are told of a trouble that has a name. */
export interface ToldTrouble {
  readonly code: string;
  readonly detail: string;
  readonly retryAfterSeconds: number;
}

/** A part that is needed cannot be reached, or refuses for now. Callers hear 503; where a program ends by it, its message is told. */
export class UnavailableError extends TransientError {
  override readonly name: string = 'UnavailableError';
  /** Where it is more than a part that is away for a moment. */
  readonly told?: ToldTrouble;
}

/** What is kept can be read no more, and no repeat helps. Callers hear 409 with its code. */
export abstract class UnreadableError extends Error {
  abstract readonly told: Omit<ToldTrouble, 'retryAfterSeconds'>;
}

/** Somebody else has changed meanwhile what this was decided upon. Callers hear 409. */
export class ConcurrentChangeError extends Error {
  override readonly name: string = 'ConcurrentChangeError';
}

/** What is said of an error that ends a program: its sentence where people can put it right, else all that is known of it. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Of Node itself, about words on the command line.
  const parsing = codeOf(error).startsWith('ERR_PARSE_ARGS');
  const told = error instanceof OperatorError || error instanceof UnavailableError || parsing;
  return told ? error.message : (error.stack ?? error.message);
}
