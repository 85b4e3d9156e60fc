import type { Page } from '@smartkey/http';
import type { EnrolmentLinkId, Instant } from '@smartkey/kernel';
import type { RecordedLink } from '@smartkey/messages';

/** A link by which a user enrols a device, as those see it who look after the ID. */
export interface EnrolmentLinkView {
  readonly id: EnrolmentLinkId;
  readonly status: RecordedLink['status'];
  /** `mail`: it went to the user alone. `shown`: whoever issued it saw it, and could have opened it. */
  readonly channel: RecordedLink['channel'];
  readonly email?: string;
  /** Whoever issued it had seen who asks. */
  readonly identitySeen: boolean;
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
}

/** The links of an ID, the latest first. */
export interface EnrolmentLinksView extends Page<EnrolmentLinkView> {
  /** The user reported a device: nothing is enrolled until somebody lifts that (`POST …/release`). */
  readonly enrolmentStopped: boolean;
}

/** A link that was issued just now. */
export interface IssuedLinkView {
  readonly id: EnrolmentLinkId;
  readonly status: 'issued';
  readonly channel: RecordedLink['channel'];
  readonly expiresAt: Instant;
  /** In this answer only, and only where the link did not go by mail: whoever has it could open it. */
  readonly url?: string;
  /** In this answer only: eight digits to tell the user by another way than the link. */
  readonly number?: string;
}

/** Expiry is by the system's clock, and no event until something else happens. */
export const linkView = (recorded: RecordedLink, now: Instant): EnrolmentLinkView => {
  const { link: id, status, channel, email, identitySeen, issuedAt, expiresAt } = recorded;
  return {
    id,
    status: status === 'issued' && expiresAt <= now ? 'expired' : status,
    channel,
    ...(email !== undefined && { email }),
    identitySeen,
    issuedAt,
    expiresAt,
  };
};
