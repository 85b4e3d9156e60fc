import type { Instant, AccountId, ContractId, DeviceId, EnrolmentId, TotpSettings } from '@smartkey/kernel';

/** What the device registry asks of the authentication service over internal HTTP. All calls may be repeated. */

/**
 * `POST /internal/credentials` → 201 `IssuedCredential`. Makes and keeps the secret of a device to be. Repeated with the same
 * enrolment until it is confirmed it answers the same secret; 409 `already-confirmed` after that, 410 `enrolment-ended` where the
 * enrolment expired, ran out of tries or was superseded, or its credential has ended since; 409 `device-exists` where the device or
 * the enrolment is another's. A new enrolment of an account ends the one that waits.
 */
export interface IssueCredential extends TotpSettings {
  readonly account: AccountId;
  readonly contract: ContractId;
  readonly enrolment: EnrolmentId;
  readonly device: DeviceId;
  readonly expiresAt: Instant;
  /** Revision of the account's stream with the enrolment in it. */
  readonly accountRevision: number;
}

export interface IssuedCredential {
  /** Base 32 (RFC 4648) in upper case without padding, of 20 bytes for SHA1, 35 for SHA256, 60 for SHA512: whole groups of five. */
  readonly secretBase32: string;
}

/**
 * `POST /internal/credentials/{device}/confirmation` → 200 `CredentialConfirmation`; 404 for an unknown device or another
 * enrolment's. Confirmed again by the same code: confirmed; by another: `already_confirmed`. The device signs in once the
 * registry tells that it is enrolled.
 */
export interface ConfirmCredential {
  readonly enrolment: EnrolmentId;
  readonly code: string;
}

export type CredentialConfirmation =
  | { readonly confirmed: true }
  | {
      readonly confirmed: false;
      readonly reason: 'invalid_code' | 'expired' | 'too_many_tries' | 'already_confirmed';
      readonly remainingTries: number;
    };

/** Whether authentication heard of a stop before that was answered; where it did not, the bus brings it. */
export type Propagation = 'done' | 'pending';

/**
 * `POST /internal/facts/account` and `POST /internal/facts/contract` → 204: stops, told directly by their owner before it answers
 * its own caller. Messages of `account-…` or `contract-…` streams, each stream's in order, as the bus brings them too.
 */
export interface ToldFacts {
  readonly messages: readonly {
    readonly stream: string;
    readonly type: string;
    readonly revision: number;
    readonly contract?: ContractId;
    readonly data: unknown;
  }[];
}

/** `POST /internal/accounts/{rid}/unlock` → 200. */
export interface AccountUnlock {
  /** False: there was nothing to unlock. */
  readonly unlocked: boolean;
}

/**
 * `POST /internal/accounts/{rid}/holder` `{code}` → 200 `HolderShown`: whether who asks holds one of the account's active devices. The step is
 * burned, but nothing is signed in: no `AuthSucceeded`, so nothing is billed (別紙1 備考2). A wrong code counts as any other of the account.
 */
export type HolderShown =
  | { readonly held: true; readonly device: DeviceId }
  | {
      readonly held: false;
      readonly reason: 'invalid_code' | 'code_already_used' | 'no_active_device' | 'locked';
    };

/** When an account last signed in and was last denied, as far as that is known: null where it never was. */
export interface LastAttempts {
  readonly lastSuccessAt: Instant | null;
  readonly lastFailureAt: Instant | null;
}

/** `POST /internal/accounts/last-attempts` `{accounts}`, up to 1,000 of them → 200. Accounts that are not known are missing. */
export interface LastAttemptsOf {
  readonly accounts: Readonly<Record<AccountId, LastAttempts>>;
}
