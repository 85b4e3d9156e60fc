import {
  invalid,
  isSeenName,
  isSeenWhole,
  ok,
  type Refused,
  type Rejection,
  type Result,
} from '@smartkey/kernel';

/** Longest external id and display name, in characters (code points). */
const LONGEST_NAME = 256;

// Controls (Cc), line and paragraph separators, and lone surrogates: nothing that breaks a line, a log or an encoding.
const UNWRITABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;

function text(value: string, field: 'externalId' | 'displayName'): Result<string, Rejection> {
  const normal = value.normalize('NFC');
  const length = [...normal].length;
  const words = { pointer: `/${field}` };
  if (normal.trim() === '' || length > LONGEST_NAME)
    return invalid(
      `${codeOf[field]}-length`,
      `It has 1 to ${LONGEST_NAME} characters and is not blank.`,
      words,
    );
  if (UNWRITABLE.test(normal))
    return invalid(`${codeOf[field]}-characters`, 'It holds no control characters.', words);
  return ok(normal);
}

const codeOf = { externalId: 'external-id', displayName: 'display-name' } as const;

/**
 * An external id in its one form: Unicode NFC, compared exactly (case and spaces count), 1–256 characters, no control
 * characters. Together with the contract it is the account, and it is never renamed.
 */
export const parseExternalId = (value: string): Result<string, Rejection> => text(value, 'externalId');

const unseen = (field: 'externalId' | 'displayName'): Result<never, Rejection> =>
  invalid(
    `${codeOf[field]}-characters`,
    'It holds no invisible characters and none that turn the direction of the text.',
    { rule: 'UTS #39', pointer: `/${field}` },
  );

/**
 * Why nobody new may get this external id: two that look alike would be two people. Accounts that have such ids from before
 * go on with them.
 */
export const faultOfNewExternalId = (externalId: string): Refused =>
  isSeenWhole(externalId) ? undefined : unseen('externalId');

/** The name that people see beside an external id; it may change with each registration. */
export function parseDisplayName(value: string): Result<string, Rejection> {
  const parsed = text(value, 'displayName');
  return parsed.ok && !isSeenName(parsed.value) ? unseen('displayName') : parsed;
}
