import type { DomainEvent, EnrolmentLinkId, Instant } from '@smartkey/kernel';
import type { AccountIds } from '../shared/account-ids.ts';

interface LinkIds extends AccountIds {
  readonly link: EnrolmentLinkId;
}

/** `mail`: the link went to the user's address alone. `shown`: whoever issued it saw it, and could open it. */
export type LinkChannel = 'mail' | 'shown';

/**
 * The user may enrol a device by a link. Only hashes of its token are kept, and not here. `expiresAt` is of the system's clock, as all links
 * are. Personal: the address, and the reason why the administrator knows who asks.
 */
export type EnrolmentLinkIssued = DomainEvent<
  'EnrolmentLinkIssued',
  LinkIds & {
    readonly channel: LinkChannel;
    readonly email?: string;
    /** The administrator has seen who asks (本人確認済み), and why. */
    readonly reason?: string;
    /** Keyed digest of the number that goes to the user by another way than the link. */
    readonly numberDigest?: string;
    readonly expiresAt: Instant;
  }
>;

/** Somebody went on from the link: from now on it is one browser's. */
export type EnrolmentLinkOpened = DomainEvent<'EnrolmentLinkOpened', LinkIds>;

/** What shows, besides the link, that it is the user's: an old device's code, a recovery code, the administrator's number. */
export type LinkProof = 'device' | 'recovery-code' | 'number';
export type EnrolmentLinkProven = DomainEvent<'EnrolmentLinkProven', LinkIds & { readonly by: LinkProof }>;

/** A number or code that was to prove whose the link is was wrong. */
export type EnrolmentLinkCodeRefused = DomainEvent<
  'EnrolmentLinkCodeRefused',
  LinkIds & { readonly triesLeft: number }
>;

export type LinkEnd = 'revoked' | 'expired' | 'exhausted';
export type EnrolmentLinkEnded = DomainEvent<'EnrolmentLinkEnded', LinkIds & { readonly cause: LinkEnd }>;

export type EnrolmentLinkEvent =
  | EnrolmentLinkIssued
  | EnrolmentLinkOpened
  | EnrolmentLinkProven
  | EnrolmentLinkCodeRefused
  | EnrolmentLinkEnded;
