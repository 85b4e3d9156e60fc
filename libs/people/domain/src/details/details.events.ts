import type { DomainEvent } from '@smartkey/kernel';

/** Another name or address; what is missing stays. Personal: sealed in the log. */
export type DetailsChanged = DomainEvent<
  'DetailsChanged',
  { readonly name?: string; readonly email?: string }
>;

/** A link that went to this address alone came back in a sign-in of the person: it is the person's, from now on. Personal: sealed in the log. */
export type AddressConfirmed = DomainEvent<'AddressConfirmed', { readonly email: string }>;

export type DetailsEvent = DetailsChanged | AddressConfirmed;
