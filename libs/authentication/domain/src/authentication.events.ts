import type { AccountLocked, AccountUnlocked } from './attempts/attempts.events.ts';
import type {
  CredentialConfirmed,
  CredentialErased,
  CredentialIssued,
} from './credential/credential.events.ts';
import type { DenialsCounted } from './denials/denials.events.ts';
import type { AuthSucceeded } from './verification/verification.events.ts';

/**
 * The facts of one account's stream, `authentication-<rid_…>`. None holds a code, a secret or a time step. The stream is history: what
 * the next decision needs (replay state, failures) lies in rows that change in the same transaction as the append.
 */
export type AccountEvent =
  CredentialIssued | CredentialConfirmed | CredentialErased | AuthSucceeded | AccountLocked | AccountUnlocked;

export type AuthenticationEvent = AccountEvent | DenialsCounted;
