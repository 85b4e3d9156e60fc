import type { ContractId, DomainEvent } from '@smartkey/kernel';

/** Somebody of the operator's side opened a contract's IDs and sign-ins, and said why. The reason is sealed in the log. */
export type ContractOpened = DomainEvent<
  'ContractOpened',
  { readonly contract: ContractId; readonly reason: string }
>;
