import type { AccountId, ContractId, DeviceId, EnrolmentLinkId, PersonId } from './ids.ts';

/**
 * The roles of the public surface. `end-user` is whose ID it is, by a link for that one ID. `newcomer` is who signed in with an access key and has yet to say who that is; `system` is the
 * service itself: timers and reactors.
 */
export type Role =
  'operator' | 'contractor' | 'service-provider' | 'finance' | 'auditor' | 'end-user' | 'newcomer' | 'system';

/** What a person of a contract may do there; a person has any of them, a route names one. */
export const RIGHTS = ['administer', 'ids', 'billing', 'read'] as const;
export type Right = (typeof RIGHTS)[number];

/** Whether rights hold the one that a route names. Who may change something of a contract sees it: each right holds *read*. */
export const holdsRight = (rights: readonly Right[], named: Right): boolean =>
  rights.includes(named) || (named === 'read' && rights.length > 0);

/** Who acts, where that is a person: never by name, which stands sealed in the person's stream at that revision. */
export interface ActingPerson {
  readonly id: PersonId;
  readonly revision: number;
}

/** Who holds a link for one ID: not a person that we know, but whose ID it is. */
export interface EndUser {
  readonly account: AccountId;
  /** The link by which a device may be enrolled. */
  readonly link?: EnrolmentLinkId;
  /** The device that is not theirs: they may say so, and nothing else. */
  readonly reports?: DeviceId;
  /** A code of a device or a recovery code was shown besides the link. */
  readonly proven: boolean;
}

/** Who acts, as the credential says; the tenant comes from here and from nowhere else. */
export interface Actor {
  readonly role: Role;
  /** The id of the key used (`key_…`) or of the session (`ses_…`); `bootstrap` for the first operator key, a service's name for `system`. */
  readonly key: string;
  /** The one contract a contractor's or service provider's key, or a person, is bound to. */
  readonly contract?: ContractId;
  /** Missing where a key acts. */
  readonly person?: ActingPerson;
  /** Of role `end-user` alone. */
  readonly endUser?: EndUser;
}

/** By what an actor is known for good: a person's sessions come and go. */
export const actorId = ({ person, key }: Actor): string => person?.id ?? key;

export const systemActor = (service: string): Actor => ({ role: 'system', key: service });

/** Who signs for something that takes two persons: what tells the person behind a key from another. */
export interface Signatory {
  /** The id of the key used. */
  readonly key: string;
  /** The keys that it descends from: its maker, the maker's maker, up to the root; the last may be a person. None of a session. */
  readonly makers: readonly string[];
  /** The person whose session it is, or to whom the key goes back (`per_…`). */
  readonly person?: string;
  /** The name of the key; it may name a person. Missing: nobody is known behind it. Not told any more once there are people. */
  readonly name?: string;
}
