import type { DomainEvent } from '@smartkey/kernel';

/** Whether a denied authentication is told its reason, or `not_authenticated` in every case. */
export type DenialReasonsSet = DomainEvent<'DenialReasonsSet', { readonly disclosed: boolean }>;
