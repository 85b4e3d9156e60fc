import type { Instant, EnrolmentId, TotpSettings } from '@smartkey/kernel';
import type { CredentialIds, ErasureCause } from './credential.events.ts';

/** What tells one enrolment from all others. */
export interface EnrolmentIds extends CredentialIds {
  readonly enrolment: EnrolmentId;
}

/** A secret at rest and how its codes are made. */
export interface SealedSecret extends TotpSettings {
  readonly sealed: string;
}

/** Waits for its confirming code. */
export interface PendingCredential extends EnrolmentIds, SealedSecret {
  readonly status: 'pending';
  readonly expiresAt: Instant;
  /** Wrong codes so far. */
  readonly tries: number;
  /** No code of it or an earlier step is taken: -1, or beyond that what may have been used and is forgotten. */
  readonly lastStep: number;
}

/** `confirmed`: waits for the registry to say that the device is enrolled · `active` ⇄ `suspended`. */
export interface ConfirmedCredential extends EnrolmentIds, SealedSecret {
  readonly status: 'confirmed' | 'active' | 'suspended';
  readonly confirmedStep: number;
}

/** The secret is erased, for good. */
export interface EndedCredential extends EnrolmentIds {
  readonly status: 'ended';
  readonly cause: ErasureCause;
}

/** A device's credential from its issue on. */
export type Credential = PendingCredential | ConfirmedCredential | EndedCredential;

export type LiveStatus = Exclude<Credential['status'], 'ended'>;
