import type { DomainEvent } from '@smartkey/kernel';
import type { AccountIds } from '../shared/account-ids.ts';

export type IdSuspended = DomainEvent<'IdSuspended', AccountIds & { readonly reason?: string }>;
export type IdResumed = DomainEvent<'IdResumed', AccountIds & { readonly reason?: string }>;

export type SuspensionEvent = IdSuspended | IdResumed;
