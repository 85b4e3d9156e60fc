import type { DomainEvent } from '@smartkey/kernel';
import type { BillingPolicy } from './billing-policy.ts';

/** A policy holds from a service month on, until the next one. Without a reason: as the environment had it at the first start. */
export type PolicySet = DomainEvent<'PolicySet', BillingPolicy & { readonly reason?: string }>;
