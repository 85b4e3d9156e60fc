import type { DomainEvent, ContractId } from '@smartkey/kernel';
import type { BillingProfile } from './billing-profile.ts';

/** What is agreed of a contract's documents, as it is after a change. */
export type BillingProfileChanged = DomainEvent<
  'BillingProfileChanged',
  BillingProfile & { readonly contract: ContractId }
>;

/** Up to version 1 there was no customer code. */
export const BILLING_PROFILE_CHANGED_VERSION = 2;
