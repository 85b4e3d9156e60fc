/** The roles of the public surface. `system` is the service itself: timers and reactors. */
export type Role = 'operator' | 'contractor' | 'service-provider' | 'finance' | 'auditor' | 'system';

/** Who acts, as the credential says; the tenant comes from here and from nowhere else. */
export interface Actor {
  readonly role: Role;
  /** The id of the key used (`key_…`); `bootstrap` for the first operator key, a service's name for `system`. */
  readonly key: string;
  /** The one contract a contractor's or service provider's key is bound to. */
  readonly contract?: string;
}

export const systemActor = (service: string): Actor => ({ role: 'system', key: service });
