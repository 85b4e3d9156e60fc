import type { DomainEvent, PasskeyId } from '@smartkey/kernel';

/** The name is the person's own word for the device: sealed in the log. */
export type PasskeyAdded = DomainEvent<
  'PasskeyAdded',
  { readonly passkey: PasskeyId; readonly name: string }
>;
export type PasskeyRemoved = DomainEvent<'PasskeyRemoved', { readonly passkey: PasskeyId }>;

/** An account at an identity provider, known by issuer and subject; the subject is personal. */
export type ProviderBound = DomainEvent<
  'ProviderBound',
  { readonly issuer: string; readonly subject: string }
>;
export type ProviderUnbound = DomainEvent<'ProviderUnbound', { readonly issuer: string }>;

/** A new code; the one before is worth nothing any more. */
export type RecoveryCodeIssued = DomainEvent<'RecoveryCodeIssued', object>;

/** A link was sent, after a saved code was right or because others sent for it. */
export type RecoveryBegun = DomainEvent<
  'RecoveryBegun',
  { readonly by: 'code' | 'others' | 'server'; readonly reason?: string }
>;

/** The person is back. What signed in before does so no more. */
export type Recovered = DomainEvent<'Recovered', { readonly by: 'code' | 'others' | 'server' }>;

export type CredentialEvent =
  | PasskeyAdded
  | PasskeyRemoved
  | ProviderBound
  | ProviderUnbound
  | RecoveryCodeIssued
  | RecoveryBegun
  | Recovered;
