import type { DomainEvent, Instant } from '@smartkey/kernel';
import type { Standing } from '../standing/standing.ts';

/** Who the person is, and on which side. Name and address are personal: sealed in the log. */
export type Introduction = Standing & { readonly name: string; readonly email: string };

/** A person is invited. */
export type PersonInvited = DomainEvent<'PersonInvited', Introduction>;

/** A person is active at once: who signed in with the first key, or was made by hand on the server. */
export type PersonEstablished = DomainEvent<
  'PersonEstablished',
  Introduction & { readonly by: 'key' | 'server' }
>;

/** A link was made that lets the person in once. Who saw it is the event's actor, where it was shown. */
export type InvitationIssued = DomainEvent<
  'InvitationIssued',
  {
    /** `mail`: only the invited address has it. `shown`: the inviter saw it, and could have used it. */
    readonly channel: 'mail' | 'shown';
    /** By the system's clock. */
    readonly expiresAt: Instant;
  }
>;

export type InvitationAccepted = DomainEvent<'InvitationAccepted', { readonly channel: 'mail' | 'shown' }>;

export type JoiningEvent = PersonInvited | PersonEstablished | InvitationIssued | InvitationAccepted;
