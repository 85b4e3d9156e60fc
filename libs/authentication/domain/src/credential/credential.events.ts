import type { DomainEvent, AccountId, ContractId, DeviceId, EnrolmentId } from '@smartkey/kernel';

/** What tells one credential from all others, and whose it is. */
export interface CredentialIds {
  readonly contract: ContractId;
  readonly account: AccountId;
  readonly device: DeviceId;
}

export type CredentialIssued = DomainEvent<
  'CredentialIssued',
  CredentialIds & { readonly enrolment: EnrolmentId }
>;
export type CredentialConfirmed = DomainEvent<'CredentialConfirmed', CredentialIssued['data']>;

export type ErasureCause = 'superseded' | 'expired' | 'too-many-tries' | 'revoked' | 'deregistered';
/** The secret is gone for good. */
export type CredentialErased = DomainEvent<
  'CredentialErased',
  CredentialIds & { readonly cause: ErasureCause }
>;
