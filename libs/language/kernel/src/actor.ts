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

/** Who signs for something that takes two persons: what tells the person behind a key from another. */
export interface Signatory {
  /** The id of the key used. */
  readonly key: string;
  /** The keys that it descends from: its maker, the maker's maker, up to the root. */
  readonly makers: readonly string[];
  /** The name of the key; it may name a person. Missing: nobody is known behind it. */
  readonly name?: string;
}
