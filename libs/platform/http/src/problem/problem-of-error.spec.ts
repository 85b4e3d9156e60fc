import { describe, expect, it } from '@jest/globals';
import { NotFoundException, ServiceUnavailableException } from '@nestjs/common';
import {
  ConcurrentChangeError,
  TransientError,
  UnavailableError,
  UnreadableError,
} from '@smartkey/lifecycle';
import { ProblemException } from './problem.ts';
import { problemOfError } from './problem-of-error.ts';

class LogAwayError extends UnavailableError {
  override readonly name = 'LogAwayError';
}
class LogCutError extends UnavailableError {
  override readonly name = 'LogCutError';
  override readonly told = { code: 'log-cut', detail: 'It lacks events.', retryAfterSeconds: 60 };
}
class KeyLostError extends UnreadableError {
  override readonly name = 'KeyLostError';
  override readonly told = { code: 'key-lost', detail: 'Its key is not at hand.' };
}
class OvertakenError extends ConcurrentChangeError {
  override readonly name = 'OvertakenError';
}

const told = (error: unknown): readonly [number, string] => {
  const { status, code } = problemOfError(error, 1_000);
  return [status, code];
};

describe('what is told of an error', () => {
  it('is the problem that it is', () => {
    const problem = new ProblemException(409, 'plan-fixed', 'The plan is fixed.');
    expect(problemOfError(problem, 1_000)).toBe(problem);
  });

  it.each([
    [new LogAwayError('does not answer'), 503, 'temporarily-unavailable'],
    [new LogCutError('lacks events'), 503, 'log-cut'],
    [new KeyLostError('a key by its id'), 409, 'key-lost'],
    [new OvertakenError('at 7, expected 6'), 409, 'concurrent-change'],
    [new TransientError('not ours to tell'), 500, 'internal-error'],
    [new Error('a fault'), 500, 'internal-error'],
    ['a word', 500, 'internal-error'],
    [new NotFoundException('echoes /input'), 404, 'not-found'],
    [new ServiceUnavailableException(), 503, 'temporarily-unavailable'],
    [
      Object.assign(new Error('too big'), { code: 'FST_ERR_CTP_BODY_TOO_LARGE', statusCode: 413 }),
      413,
      'content-too-large',
    ],
    [Object.assign(new Error('not Fastify’s'), { statusCode: 413 }), 500, 'internal-error'],
  ])('depends on its class: %s is %i %s', (error, status, code) => {
    expect(told(error)).toEqual([status, code]);
  });

  it('does not depend on its name', () => {
    for (const name of ['DatabaseUnavailableError', 'WrongExpectedRevisionError', 'BehindFenceError'])
      expect(told(Object.assign(new Error('a fault'), { name }))).toEqual([500, 'internal-error']);
  });
});
