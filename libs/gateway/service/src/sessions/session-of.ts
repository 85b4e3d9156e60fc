import { ProblemException } from '@smartkey/http';
import { isOwnId, type Actor, type SessionId } from '@smartkey/kernel';

export const NO_SESSION = new ProblemException(
  403,
  'person-needed',
  'A key is nobody: a person signs in for this.',
);

/** The session that somebody acts by. @throws ProblemException 403 for a key. */
export function sessionOf({ key }: Actor): SessionId {
  if (!isOwnId('ses', key)) throw NO_SESSION;
  return key;
}
