import type { DomainEvent, Instant } from '@smartkey/kernel';

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
