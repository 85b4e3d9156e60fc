import {
  conflict,
  defined,
  event,
  gone,
  invalid,
  notFound,
  ok,
  type EnrolmentLinkId,
  type Instant,
  type Refused,
  type Rejection,
  type Result,
  type AtInstant,
} from '@smartkey/kernel';
import type { Decision } from '../account.decision.ts';
import type { AccountEvent } from '../account.events.ts';
import type { AccountState, KnownAccount, RegisteredAccount } from '../account.state.ts';
import { mustHaveRoom } from '../devices/devices.guards.ts';
import { supersededBy } from '../enrolment/superseded.ts';
import { mustBeReleased } from '../report/report.guards.ts';
import { whose } from '../shared/account-ids.ts';
import { mustBeRegistered } from '../shared/guards.ts';
import type { LinkChannel, LinkEnd, LinkProof } from './enrolment-link.events.ts';
import { isOpen, openLinkOf, type EnrolmentLink } from './enrolment-link.state.ts';

/** Lets the user enrol a device by a link; one that is open already is revoked. */
export interface IssueEnrolmentLink extends AtInstant {
  readonly type: 'IssueEnrolmentLink';
  readonly link: EnrolmentLinkId;
  readonly channel: LinkChannel;
  readonly email?: string | undefined;
  readonly reason?: string | undefined;
  readonly numberDigest?: string | undefined;
  /** By the system's clock, which links go by. */
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
  /** How many devices an account may have active. */
  readonly maxDevices: number;
}

/** Somebody who holds the link goes on from it. The gateway has seen to it that it has not expired. */
export interface OpenEnrolmentLink extends AtInstant {
  readonly type: 'OpenEnrolmentLink';
  readonly link: EnrolmentLinkId;
}

export interface RevokeEnrolmentLink extends AtInstant {
  readonly type: 'RevokeEnrolmentLink';
  readonly link: EnrolmentLinkId;
}

/** The user said the number that the administrator told, or a code that was looked at already. */
export interface ProveEnrolmentLink extends AtInstant {
  readonly type: 'ProveEnrolmentLink';
  readonly link: EnrolmentLinkId;
  readonly by: LinkProof;
  /** Of a number: its digest. Of a code: whether it was the right one. */
  readonly numberDigest?: string | undefined;
  readonly right?: boolean | undefined;
}

export type EnrolmentLinkCommand =
  IssueEnrolmentLink | OpenEnrolmentLink | RevokeEnrolmentLink | ProveEnrolmentLink;

export function issueEnrolmentLink(command: IssueEnrolmentLink, state: AccountState): Decision {
  const registered = mustBeRegistered(state);
  if (!registered.ok) return registered;
  const account = registered.value;
  const { link, channel, email, reason, numberDigest, issuedAt, expiresAt, maxDevices } = command;
  const refused =
    mustBeInUse(account) ?? mustBeReleased(account) ?? mustHaveRoom(account.devices, {}, maxDevices);
  if (refused) return refused;
  if ((numberDigest === undefined) !== (reason === undefined))
    return invalid('reason-for-identity-missing', 'Say how it was seen who asks.', { pointer: '/reason' });
  const issued = { link, channel, email, reason, numberDigest, expiresAt };
  const former = openLinkOf(account.enrolments.links);
  return ok([
    ...(former === undefined
      ? []
      : linkEnded(account, former, former.expiresAt <= issuedAt ? 'expired' : 'revoked')),
    event('EnrolmentLinkIssued', defined({ ...whose(account), ...issued })),
  ]);
}

export function openEnrolmentLink({ link }: OpenEnrolmentLink, state: AccountState): Decision {
  const usable = mustBeLink(state, link, 'issued');
  if (!usable.ok) return usable;
  const { account } = usable.value;
  return mustBeInUse(account) ?? ok([event('EnrolmentLinkOpened', { ...whose(account), link })]);
}

export function revokeEnrolmentLink({ link }: RevokeEnrolmentLink, state: AccountState): Decision {
  const found = findLink(state, link);
  if (!found.ok) return found;
  return ok(isOpen(found.value.link) ? linkEnded(found.value.account, found.value.link, 'revoked') : []);
}

/** A wrong number or code is counted, and the last ends the link. */
export function proveEnrolmentLink(command: ProveEnrolmentLink, state: AccountState): Decision {
  const { link, by, numberDigest, right = false } = command;
  const usable = mustBeLink(state, link, 'opened');
  if (!usable.ok) return usable;
  const { account, link: opened } = usable.value;
  if (opened.proof !== undefined) return ok([]);
  const proves = by === 'number' ? isNumberOf(opened, numberDigest) : right;
  if (proves) return ok([event('EnrolmentLinkProven', { ...whose(account), link, by })]);
  const triesLeft = Math.max(0, opened.triesLeft - 1);
  const refused = event('EnrolmentLinkCodeRefused', { ...whose(account), link, triesLeft });
  return ok(triesLeft > 0 ? [refused] : [refused, ...linkEnded(account, opened, 'exhausted')]);
}

/** Both are keyed digests, so the time that the comparison takes tells nothing of the number. */
const isNumberOf = ({ numberDigest }: EnrolmentLink, digest: string | undefined): boolean =>
  numberDigest !== undefined && numberDigest === digest;

/**
 * A link by which a device may be enrolled now. An ID that ever had a device asks for more than the link, which may have fallen into other
 * hands: an old device's code, a recovery code, or the number that the administrator told who asked.
 */
export function mustLetEnrol(
  account: RegisteredAccount,
  id: EnrolmentLinkId,
): Result<EnrolmentLink, Rejection> {
  const usable = mustBeLink(account, id, 'opened');
  if (!usable.ok) return usable;
  const { link } = usable.value;
  return account.devices.length > 0 && link.proof === undefined
    ? conflict('link-proof-missing', 'The ID had a device: show first that the link is yours.')
    : ok(link);
}

/** A link ends together with the enrolment that it began. */
export function linkEnded(
  account: KnownAccount,
  { link }: EnrolmentLink,
  cause: LinkEnd,
): readonly AccountEvent[] {
  const { waiting } = account.enrolments;
  const ended = event('EnrolmentLinkEnded', { ...whose(account), link, cause });
  return waiting?.link === link ? [supersededBy(account, waiting), ended] : [ended];
}

const mustBeInUse = ({ status }: KnownAccount): Refused =>
  status === 'suspended' ? conflict('id-suspended', 'The ID is suspended: resume it first.') : undefined;

interface OwnLink {
  readonly account: KnownAccount;
  readonly link: EnrolmentLink;
}

function findLink(state: AccountState, id: EnrolmentLinkId): Result<OwnLink, Rejection> {
  const link =
    state.status === 'unregistered' ? undefined : state.enrolments.links?.find((one) => one.link === id);
  return state.status === 'unregistered' || link === undefined
    ? notFound('not-found', 'There is no such link.')
    : ok({ account: state, link });
}

/** Used, revoked and exhausted are one answer to whoever holds the link. */
function mustBeLink(
  state: AccountState,
  id: EnrolmentLinkId,
  status: 'issued' | 'opened',
): Result<OwnLink, Rejection> {
  const found = findLink(state, id);
  return found.ok && found.value.link.status !== status
    ? gone('link-over', 'This link is over or was used. Ask for another one.')
    : found;
}
