import {
  defined,
  type DeviceId,
  type EnrolmentId,
  type EnrolmentLinkId,
  type Fact,
  type Instant,
} from '@smartkey/kernel';
import type { AccountEvent } from '../account.events.ts';
import type { LinkChannel, LinkEnd, LinkProof } from './enrolment-link.events.ts';

/** Wrong codes that a link forgives, over all that it is asked for: those of its enrolments, and those that prove whose it is. */
const LINK_TRIES = 5;
/** How often a link shows a secret. */
export const MOST_SHOWN = 3;

export type LinkStatus = 'issued' | 'opened' | 'confirmed' | LinkEnd;

export interface EnrolmentLink {
  readonly link: EnrolmentLinkId;
  readonly status: LinkStatus;
  readonly channel: LinkChannel;
  readonly email?: string;
  readonly reason?: string;
  readonly numberDigest?: string;
  readonly issuedAt: Instant;
  /** Of the system's clock. */
  readonly expiresAt: Instant;
  /** How many enrolments it has begun. */
  readonly shown: number;
  readonly triesLeft: number;
  readonly proof?: LinkProof;
  /** What it ended with, where it was confirmed. */
  readonly device?: DeviceId;
  /** Its user does not know that device: nothing that the link said is believed. */
  readonly disowned?: boolean;
}

/** In the order of their issue; one at most is issued or opened. */
export type LinksOfAccount = readonly EnrolmentLink[];

export const isOpen = ({ status }: EnrolmentLink): boolean => status === 'issued' || status === 'opened';

export const openLinkOf = (links: LinksOfAccount | undefined): EnrolmentLink | undefined =>
  links?.findLast(isOpen);

/** Where the user is told of what happens to the ID: the address of the last link that went by mail and came back with a device that nobody disowned. */
export const confirmedAddress = (links: LinksOfAccount | undefined): string | undefined =>
  links?.findLast(
    ({ status, email, disowned }) => status === 'confirmed' && email !== undefined && disowned !== true,
  )?.email;

const withLink = (
  links: LinksOfAccount,
  id: EnrolmentLinkId | undefined,
  change: (link: EnrolmentLink) => Partial<EnrolmentLink>,
): LinksOfAccount => links.map((one) => (one.link === id ? { ...one, ...change(one) } : one));

/** An enrolment, and the link by which the user began it. */
interface Begun {
  readonly enrolment: EnrolmentId;
  readonly link?: EnrolmentLinkId;
}

/** @param waiting the enrolment that waited for its code before the event. */
export function evolveLinks(
  links: LinksOfAccount,
  event: Fact<AccountEvent>,
  waiting: Begun | undefined,
): LinksOfAccount {
  switch (event.type) {
    case 'EnrolmentLinkIssued': {
      const { account: _account, contract: _contract, ...issued } = event.data;
      const fresh = {
        status: 'issued',
        issuedAt: event.occurredAt,
        shown: 0,
        triesLeft: LINK_TRIES,
      } as const;
      return [...links, { ...defined(issued), ...fresh }];
    }
    case 'EnrolmentLinkOpened':
      return withLink(links, event.data.link, () => ({ status: 'opened' }));
    case 'EnrolmentLinkProven':
      return withLink(links, event.data.link, () => ({ proof: event.data.by }));
    case 'EnrolmentLinkCodeRefused':
      return withLink(links, event.data.link, () => ({ triesLeft: event.data.triesLeft }));
    case 'EnrolmentLinkEnded':
      return withLink(links, event.data.link, () => ({ status: event.data.cause }));
    case 'EnrolmentStarted':
      return withLink(links, event.data.link, ({ shown }) => ({ shown: shown + 1 }));
    case 'EnrolmentCodeRefused':
      return waiting?.enrolment === event.data.enrolment
        ? withLink(links, waiting.link, ({ triesLeft }) => ({ triesLeft: Math.max(0, triesLeft - 1) }))
        : links;
    case 'DeviceEnrolled':
      return waiting?.enrolment === event.data.enrolment
        ? withLink(links, waiting.link, () => ({ status: 'confirmed', device: event.data.device }))
        : links;
    case 'DeviceReported':
      return links.map((one) => (one.device === event.data.device ? { ...one, disowned: true } : one));
    default:
      return links;
  }
}
