import { ProblemException, type FieldError } from './problem.ts';

/** The request cannot be read (400). */
export const unreadable = (code: string, detail: string): ProblemException =>
  new ProblemException(400, code, detail);

/** A JSON object names a member twice (400): RFC 8259 leaves open which one counts. */
export const repeatedMember = (pointer: string): ProblemException =>
  new ProblemException(400, 'duplicate-member', 'A JSON object has two members of one name; see errors.', {
    errors: [{ pointer, rule: 'duplicate-member', detail: 'This name stands twice in its object.' }],
  });

/** Unknown, foreign and never existing are one answer, byte for byte: nothing is told of other tenants. */
export const notFoundProblem = (): ProblemException =>
  new ProblemException(404, 'not-found', 'There is nothing at this address for this credential.');

export const forbiddenProblem = (): ProblemException =>
  new ProblemException(403, 'forbidden', 'The role of this credential may not do this.');

/** A person of a contract lacks the right that the route names. */
export const rightMissing = (right: string): ProblemException =>
  new ProblemException(403, 'right-missing', `This needs the right "${right}", which this person has not.`);

/** What people alone may do. */
export const personNeeded = (): ProblemException =>
  new ProblemException(403, 'person-needed', 'A key may not do this: a person signs in for it.');

/** The session is good, but not for this: whoever holds it shows again who it is. */
export const stepUpRequired = (): ProblemException =>
  new ProblemException(
    403,
    'step-up-required',
    'This needs a sign-in of the last five minutes: show again who you are (POST /v1/step-up).',
  );

export const validationFailed = (errors: readonly FieldError[]): ProblemException =>
  new ProblemException(422, 'validation-failed', 'The request breaks at least one rule; see errors.', {
    errors,
  });

export const tooLarge = (limitBytes: number): ProblemException =>
  new ProblemException(413, 'content-too-large', `The body is larger than ${limitBytes} bytes.`);

export const unsupportedMediaType = (): ProblemException =>
  new ProblemException(415, 'unsupported-media-type', 'A body of this type or coding is not accepted here.');

export const methodNotAllowed = (allowed: readonly string[]): ProblemException =>
  new ProblemException(405, 'method-not-allowed', 'This address does not know this method.', {
    headers: { allow: allowed.join(', ') },
  });

/** A part is down or busy: nothing was decided, the same request may be sent again. */
export const unavailable = (
  detail = 'A part of the service cannot be reached now. Nothing was decided; try again.',
  retryAfterSeconds = 1,
): ProblemException =>
  new ProblemException(503, 'temporarily-unavailable', detail, {
    headers: { 'retry-after': String(retryAfterSeconds) },
  });

/** A fault of ours: the log has the cause, the answer does not. */
export const internalError = (): ProblemException =>
  new ProblemException(
    500,
    'internal-error',
    'Something failed on our side. The request id names it in our log.',
  );
