import type { DomainEvent, ContractId } from '@smartkey/kernel';
import type { BillingProfile } from './billing-profile.ts';

/** What is agreed of a contract's documents, as it is after a change. */
export type BillingProfileChanged = DomainEvent<
  'BillingProfileChanged',
  BillingProfile & { readonly contract: ContractId }
>;
