import type { Fact, Instant, DeviceId, EnrolmentId, EnrolmentLinkId, TotpSettings } from '@smartkey/kernel';
import type { AccountEvent } from '../account.events.ts';
import { evolveLinks, type LinksOfAccount } from '../enrolment-link/enrolment-link.state.ts';
import type { EnrolmentEnd } from './enrolment.events.ts';

/** How many confirming codes may be tried before an enrolment is over. */
const ENROLMENT_TRIES = 5;

export interface Enrolment extends TotpSettings {
  readonly enrolment: EnrolmentId;
  readonly device: DeviceId;
  readonly deviceName?: string;
  readonly expiresAt: Instant;
  readonly replaces?: DeviceId;
  /** The link by which the user began it. */
  readonly link?: EnrolmentLinkId;
  readonly triesLeft: number;
}

export type EnrolmentOutcome = 'confirmed' | EnrolmentEnd;

export interface Enrolments {
  /** The one that waits for its code. */
  readonly waiting?: Enrolment;
  /** How those before it came to an end. */
  readonly past: Readonly<Record<EnrolmentId, EnrolmentOutcome>>;
  /** Links that let the user enrol; missing where there never was one. */
  readonly links?: LinksOfAccount;
  /** Digests of the recovery codes that were not used; missing where none were ever made. */
  readonly recoveryCodes?: readonly string[];
  /** A device was reported, and nobody has looked into it yet. */
  readonly stopped?: boolean;
}

export const noEnrolments: Enrolments = { past: {} };

/** The links without whom they went to, and without the words beside them. */
export const withoutAddresses = ({ links, ...enrolments }: Enrolments): Enrolments => ({
  ...enrolments,
  ...(links !== undefined && { links: links.map(({ email: _email, reason: _reason, ...link }) => link) }),
});

function withOutcome(
  { waiting, ...rest }: Enrolments,
  enrolment: EnrolmentId,
  outcome: EnrolmentOutcome,
): Enrolments {
  const over = { ...rest, past: { ...rest.past, [enrolment]: outcome } };
  return waiting === undefined || waiting.enrolment === enrolment ? over : { ...over, waiting };
}

export function evolveEnrolments(before: Enrolments, event: Fact<AccountEvent>): Enrolments {
  const links = evolveLinks(before.links ?? [], event, before.waiting);
  const state = links.length === 0 ? before : { ...before, links };
  switch (event.type) {
    case 'EnrolmentStarted': {
      const { account: _account, contract: _contract, ...enrolment } = event.data;
      return { ...state, waiting: { ...enrolment, triesLeft: ENROLMENT_TRIES } };
    }
    case 'EnrolmentCodeRefused':
      return state.waiting?.enrolment === event.data.enrolment
        ? { ...state, waiting: { ...state.waiting, triesLeft: event.data.triesLeft } }
        : state;
    case 'EnrolmentEnded':
      return withOutcome(state, event.data.enrolment, event.data.cause);
    case 'DeviceEnrolled':
      return withOutcome(state, event.data.enrolment, 'confirmed');
    case 'RecoveryCodesMade':
      return { ...state, recoveryCodes: event.data.digests };
    case 'RecoveryCodeTaken':
      return {
        ...state,
        recoveryCodes: (state.recoveryCodes ?? []).filter((each) => each !== event.data.digest),
      };
    case 'DeviceReported':
      return { ...state, stopped: true };
    case 'EnrolmentReleased':
      return { ...state, stopped: false };
    default:
      return state;
  }
}
