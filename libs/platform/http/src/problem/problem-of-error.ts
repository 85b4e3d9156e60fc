import { HttpException } from '@nestjs/common';
import { ConcurrentChangeError, UnavailableError, UnreadableError } from '@smartkey/lifecycle';
import { ProblemException } from './problem.ts';
import {
  forbiddenProblem,
  internalError,
  notFoundProblem,
  tooLarge,
  unavailable,
  unreadable,
  unsupportedMediaType,
} from './problems.ts';

function problemOfStatus(status: number, bodyLimit: number): ProblemException {
  switch (status) {
    case 401:
      return new ProblemException(401, 'unauthenticated', 'A valid key is needed.');
    case 403:
      return forbiddenProblem();
    case 404:
      return notFoundProblem();
    case 408:
      return new ProblemException(408, 'request-timeout', 'The request did not arrive in time.');
    case 413:
      return tooLarge(bodyLimit);
    case 414:
      return new ProblemException(414, 'uri-too-long', 'The address is too long.');
    case 415:
      return unsupportedMediaType();
    case 503:
      return unavailable();
    default:
      return status >= 400 && status < 500
        ? unreadable('malformed-request', 'The request cannot be read.')
        : internalError();
  }
}

function problemOfUnavailable({ told }: UnavailableError): ProblemException {
  if (told === undefined) return unavailable();
  const { code, detail, retryAfterSeconds } = told;
  return new ProblemException(503, code, detail, { headers: { 'retry-after': String(retryAfterSeconds) } });
}

/**
 * What is told of any error: problems as they are, errors of Fastify and Nest by their status alone (their messages may
 * echo input), parts that are down as 503, what can be read no more as 409 by its code, a lost race on a stream as 409, anything else as 500 without a word.
 */
export function problemOfError(error: unknown, bodyLimit: number): ProblemException {
  if (error instanceof ProblemException) return error;
  if (error instanceof HttpException) return problemOfStatus(error.getStatus(), bodyLimit);
  if (!(error instanceof Error)) return internalError();
  if (error instanceof UnavailableError) return problemOfUnavailable(error);
  if (error instanceof UnreadableError) return new ProblemException(409, error.told.code, error.told.detail);
  if (error instanceof ConcurrentChangeError)
    return new ProblemException(
      409,
      'concurrent-change',
      'This was changed by another request. Read it again.',
    );
  const { statusCode, code } = error as Error & { statusCode?: unknown; code?: unknown };
  const known = typeof statusCode === 'number' && typeof code === 'string' && code.startsWith('FST_');
  return known ? problemOfStatus(statusCode, bodyLimit) : internalError();
}
