import type { Rejection, Result } from '@smartkey/kernel';
import { ProblemException } from './problem.ts';
import { notFoundProblem } from './problems.ts';

const STATUS = { invalid: 422, conflict: 409, forbidden: 403, gone: 410 } as const;

/** The problem that a rejection is told as. A `not-found` says nothing of its own: see `notFoundProblem`. */
export function problemOf(rejection: Rejection): ProblemException {
  if (rejection.kind === 'not-found') return notFoundProblem();
  const { kind, code, detail, rule, pointer } = rejection;
  const named = kind === 'invalid' || rule !== undefined || pointer !== undefined;
  return new ProblemException(STATUS[kind], code, detail, {
    ...(named && { errors: [{ pointer: pointer ?? '', rule: rule ?? code, detail }] }),
  });
}

/** What was looked for, as far as it is there. @throws ProblemException 404 */
export function orNotFound<T>(found: T | undefined): T {
  if (found === undefined) throw notFoundProblem();
  return found;
}

/** The value of a result, or its rejection thrown as a problem. */
export function orThrow<T>(result: Result<T, Rejection>): T {
  if (result.ok) return result.value;
  throw problemOf(result.error);
}
