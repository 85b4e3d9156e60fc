import type { ContractFacts } from '../contract/contract-facts.ts';
import type { AccountFacts, AccountMessage } from '../device-registry/account-facts.ts';

/** What the device registry asks of the authentication service over internal HTTP. All calls may be repeated. */

/**
 * `POST /internal/credentials` → 201 `IssuedCredential`. Makes and keeps the secret of a device to be. Repeated with the same
 * enrolment until it is confirmed it answers the same secret; 409 `already-confirmed` after that, 410 `enrolment-ended` where the
 * enrolment expired, ran out of tries or was superseded. A new enrolment of an account ends the one that waits.
 */
export interface IssueCredential {
  readonly account: string;
  readonly contract: string;
  readonly externalIdDigest: string;
  readonly enrolment: string;
  readonly device: string;
  readonly digits: 6 | 8;
  readonly period: 30 | 60;
  readonly algorithm: 'SHA1' | 'SHA256' | 'SHA512';
  readonly expiresAt: string;
  /** The account as the registry knows it: saves a question at the first authentication. */
  readonly facts?: AccountFacts;
}

export interface IssuedCredential {
  /** Upper case, no padding: 20 bytes for SHA1, 32 for SHA256, 64 for SHA512. */
  readonly secretBase32: string;
}

/**
 * `POST /internal/credentials/{device}/confirmation` → 200 `CredentialConfirmation`; 404 for an unknown device or another
 * enrolment's, 409 `already-confirmed` where it was confirmed by another code. The device signs in once the registry tells
 * that it is enrolled.
 */
export interface ConfirmCredential {
  readonly enrolment: string;
  readonly code: string;
}

export type CredentialConfirmation =
  | { readonly confirmed: true }
  | {
      readonly confirmed: false;
      readonly reason: 'invalid_code' | 'expired' | 'too_many_tries';
      readonly remainingTries: number;
    };

/**
 * `POST /internal/facts/account` and `POST /internal/facts/contract` → 204: a stop, told directly by its owner before it
 * answers its own caller. Messages of one stream in order, as the bus brings them too, or the facts whole.
 */
export interface ToldAccount {
  readonly account: string;
  readonly messages?: readonly AccountMessage[];
  readonly facts?: AccountFacts;
}

export interface ToldContract {
  readonly contract: string;
  readonly messages?: readonly {
    readonly type: string;
    readonly revision: number;
    readonly data: unknown;
  }[];
  readonly facts?: ContractFacts;
}

/** `POST /internal/accounts/{rid}/unlock` → 200. */
export interface AccountUnlock {
  /** False: there was nothing to unlock. */
  readonly unlocked: boolean;
}

/** Why an authentication is denied; the words of the public answer. */
export type DenialReason =
  | 'invalid_code'
  | 'code_already_used'
  | 'locked'
  | 'no_active_device'
  | 'id_suspended'
  | 'service_withheld'
  | 'contract_ended'
  | 'not_authenticated';
