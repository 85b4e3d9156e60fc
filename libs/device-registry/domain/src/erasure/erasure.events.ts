import type { DomainEvent } from '@smartkey/kernel';
import type { AccountIds } from '../shared/account-ids.ts';

/**
 * The personal data of the ID are gone: the key that they are sealed under, and what its external id is found by. That external id is
 * another account from now on. Personal: the reason, which outlives them and is sealed under the contract.
 */
export type PersonalDataErased = DomainEvent<
  'PersonalDataErased',
  AccountIds & { readonly cause: 'request' | 'retention'; readonly reason?: string }
>;

/** The personal data must be kept, for a lawsuit say: nobody erases them. Personal: the reason. */
export type LegalHoldSet = DomainEvent<'LegalHoldSet', AccountIds & { readonly reason: string }>;

/** They may be erased again. Personal: the reason. */
export type LegalHoldLifted = DomainEvent<'LegalHoldLifted', AccountIds & { readonly reason: string }>;

export type ErasureEvent = PersonalDataErased | LegalHoldSet | LegalHoldLifted;
