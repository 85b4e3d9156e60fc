import type { DomainEvent, Instant } from '@smartkey/kernel';

/**
 * The facts of one account's stream, `authentication-<rid_…>`. None holds a code, a secret or a time step. The stream is history: what
 * the next decision needs (replay state, failures) lies in rows that change in the same transaction as the append.
 */
export type CredentialIssued = DomainEvent<
  'CredentialIssued',
  { readonly contract: string; readonly account: string; readonly device: string; readonly enrolment: string }
>;
export type CredentialConfirmed = DomainEvent<'CredentialConfirmed', CredentialIssued['data']>;
export type ErasureCause = 'superseded' | 'expired' | 'too-many-tries' | 'revoked' | 'deregistered';
/** The secret is gone for good. */
export type CredentialErased = DomainEvent<
  'CredentialErased',
  {
    readonly contract: string;
    readonly account: string;
    readonly device: string;
    readonly cause: ErasureCause;
  }
>;
/** One successful authentication (別紙1 備考2). */
export type AuthSucceeded = DomainEvent<
  'AuthSucceeded',
  {
    readonly contract: string;
    readonly account: string;
    readonly device: string;
    /** `aut_…` */ readonly authentication: string;
  }
>;
export type AccountLocked = DomainEvent<
  'AccountLocked',
  {
    readonly contract: string;
    readonly account: string;
    readonly failures: number;
    /** Missing: until unlocked. */
    readonly until?: Instant;
  }
>;
export type AccountUnlocked = DomainEvent<
  'AccountUnlocked',
  { readonly contract: string; readonly account: string }
>;

/** The facts of `denials-<ctr_…>`: counts of a span of time, never a refusal each. */
export type DenialsCounted = DomainEvent<
  'DenialsCounted',
  {
    readonly contract: string;
    readonly from: Instant;
    readonly to: Instant;
    readonly byReason: Readonly<Record<string, number>>;
  }
>;

export type AccountEvent =
  CredentialIssued | CredentialConfirmed | CredentialErased | AuthSucceeded | AccountLocked | AccountUnlocked;
export type AuthenticationEvent = AccountEvent | DenialsCounted;
