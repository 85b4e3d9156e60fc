import type { DomainEvent } from '@smartkey/kernel';

/** Another name or address; what is missing stays. Personal: sealed in the log. */
export type DetailsChanged = DomainEvent<
  'DetailsChanged',
  { readonly name?: string; readonly email?: string }
>;
