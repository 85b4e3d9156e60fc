import type { DomainEvent } from '@smartkey/kernel';

/** By hand only. The reason is free text: sealed in the log. */
export type PersonSuspended = DomainEvent<'PersonSuspended', { readonly reason?: string }>;
export type PersonResumed = DomainEvent<'PersonResumed', { readonly reason?: string }>;

/** For good: sessions, passkeys and invitations ended in the same transaction. */
export type PersonLeft = DomainEvent<
  'PersonLeft',
  {
    readonly reason?: string;
    /** Keys that the person made and that still work: each has to be looked at. */
    readonly keys: readonly string[];
  }
>;

export type LeavingEvent = PersonSuspended | PersonResumed | PersonLeft;
