import type { DomainEvent } from '@smartkey/kernel';
import type { IssuerEntry } from './issuer-catalogue.ts';

/** What the issuer says of itself from a service month on. Without a reason: as the environment had it at the first start. */
export type IssuerSet = DomainEvent<'IssuerSet', IssuerEntry & { readonly reason?: string }>;
