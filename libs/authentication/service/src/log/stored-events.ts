import type { AuthenticationEvent } from '@smartkey/authentication-domain';
import type { RecordedEvent } from '@smartkey/kernel';

/** The types in this service's log, all at version 1. None holds personal data or a secret, so none is sealed. */
const TYPES: Readonly<Record<AuthenticationEvent['type'], true>> = {
  CredentialIssued: true,
  CredentialConfirmed: true,
  CredentialErased: true,
  AuthSucceeded: true,
  AccountLocked: true,
  AccountUnlocked: true,
  DenialsCounted: true,
};

const isStored = (recorded: RecordedEvent): recorded is RecordedEvent & AuthenticationEvent =>
  Object.hasOwn(TYPES, recorded.type);

/** @throws Error where the log holds a type that this program does not know. */
export function storedEvent(recorded: RecordedEvent): RecordedEvent & AuthenticationEvent {
  if (!isStored(recorded)) throw new Error(`the log holds an event of unknown type ${recorded.type}`);
  return recorded;
}
