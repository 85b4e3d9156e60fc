import type { AccountId, EnrolmentLinkId, Instant } from '@smartkey/kernel';

/** What the gateway asks of the device registry for end users, over internal HTTP under `/internal/contracts/{ctr}/accounts/{rid}`. */

/** `POST …/enrolment-links` → 201 `IssuedLink`. The gateway makes the token and keeps its hash; the registry keeps the link's life. */
export interface IssueLink {
  readonly channel: 'mail' | 'shown';
  readonly email?: string;
  /** The administrator has seen who asks, and how; comes with `number`. */
  readonly reason?: string;
  /** Eight digits that the administrator tells the user by another way. Kept as a keyed digest. */
  readonly number?: string;
  /** Both of the system's clock. */
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
}

export interface IssuedLink {
  readonly link: EnrolmentLinkId;
  readonly expiresAt: Instant;
}

/** A link as its state stands in the log; expiry is for the gateway's clock to see. */
export interface RecordedLink {
  readonly link: EnrolmentLinkId;
  readonly status: 'issued' | 'opened' | 'confirmed' | 'expired' | 'revoked' | 'exhausted';
  readonly channel: 'mail' | 'shown';
  readonly email?: string;
  readonly identitySeen: boolean;
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
}

/** `GET …/enrolment-links`: the latest first. */
export interface RecordedLinks {
  readonly links: readonly RecordedLink[];
  /** The user reported a device, and nobody has lifted the stop. */
  readonly stopped: boolean;
}

/** `POST …/proof` → 200 `Proof`: what shows that a link is the user's. Each try counts, and what is right is used up. */
export type ShownProof = { readonly link?: EnrolmentLinkId } & (
  { readonly code: string } | { readonly recoveryCode: string } | { readonly number: string }
);

export type Proof =
  | { readonly proven: true }
  /** `locked`: too many wrong codes of late, by whichever way. */
  | { readonly proven: false; readonly reason: 'wrong' | 'locked' | 'over' };

/** `POST /internal/contracts/{ctr}/own-page` → 200: where a link to the own page of an ID goes; neither where there is none. */
export interface OwnPageAddress {
  readonly account?: AccountId;
  readonly email?: string;
}

/** `GET …/devices/{dev}/notice`, `POST …/report` → 200: who hears of a device. */
export interface DeviceNotice {
  readonly addresses: readonly string[];
}
