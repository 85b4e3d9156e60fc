import type { DomainEvent, Instant, AccountId, ContractId } from '@smartkey/kernel';

export type AccountLocked = DomainEvent<
  'AccountLocked',
  {
    readonly contract: ContractId;
    readonly account: AccountId;
    readonly failures: number;
    /** Missing: until unlocked. */
    readonly until?: Instant;
  }
>;
export type AccountUnlocked = DomainEvent<
  'AccountUnlocked',
  { readonly contract: ContractId; readonly account: AccountId }
>;
