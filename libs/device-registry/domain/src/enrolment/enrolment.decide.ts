import {
  conflict,
  defined,
  event,
  gone,
  invalid,
  notFound,
  ok,
  plusMillis,
  type Instant,
  type Refused,
  type Rejection,
  type Result,
  type DeviceId,
  type EnrolmentId,
  type EnrolmentLinkId,
  type AtInstant,
  type TotpSettings,
} from '@smartkey/kernel';
import type { Decision } from '../account.decision.ts';
import type { AccountState, KnownAccount } from '../account.state.ts';
import { linkEnded, mustLetEnrol } from '../enrolment-link/enrolment-link.decide.ts';
import { isOpen, MOST_SHOWN } from '../enrolment-link/enrolment-link.state.ts';
import { mustBeUsable, mustHaveRoom } from '../devices/devices.guards.ts';
import { mustBeReleased } from '../report/report.guards.ts';
import { whose } from '../shared/account-ids.ts';
import { mustBeRegistered } from '../shared/guards.ts';
import type { EnrolmentEnd, EnrolmentEnded } from './enrolment.events.ts';
import type { Enrolment, EnrolmentOutcome } from './enrolment.state.ts';

/** Begins the enrolment of a device; one that waits already is superseded. */
export interface StartEnrolment extends AtInstant, TotpSettings {
  readonly type: 'StartEnrolment';
  readonly enrolment: EnrolmentId;
  readonly device: DeviceId;
  readonly deviceName?: string | undefined;
  readonly expiresInSeconds: number;
  /** The device whose place it takes once it is confirmed. */
  readonly replaces?: DeviceId | undefined;
  /** The link by which the user begins it, where that is not the administrator's doing. */
  readonly link?: EnrolmentLinkId | undefined;
  /** How many devices an account may have active. */
  readonly maxDevices: number;
}

/** Authentication found the code right: the device is there. */
export interface ConfirmEnrolment extends AtInstant {
  readonly type: 'ConfirmEnrolment';
  readonly enrolment: EnrolmentId;
}

/** Authentication found the code wrong, and has counted; with no try left the enrolment ends. */
export interface RefuseEnrolmentCode extends AtInstant {
  readonly type: 'RefuseEnrolmentCode';
  readonly enrolment: EnrolmentId;
  readonly triesLeft: number;
}

/** The enrolment's time has run. */
export interface ExpireEnrolment extends AtInstant {
  readonly type: 'ExpireEnrolment';
  readonly enrolment: EnrolmentId;
}

export type EnrolmentCommand = StartEnrolment | ConfirmEnrolment | RefuseEnrolmentCode | ExpireEnrolment;

/** How long an enrolment may wait for its code, in seconds. */
export const ENROLMENT_WAIT = { shortest: 60, longest: 86_400, usual: 600 } as const;

export function startEnrolment(command: StartEnrolment, state: AccountState): Decision {
  const { now, enrolment, device, deviceName, digits, period, algorithm, replaces, link, expiresInSeconds } =
    command;
  const registered = mustBeRegistered(state);
  if (!registered.ok) return registered;
  const account = registered.value;
  const refused =
    mustNotBeSuspended(account, 'enrolled') ??
    mustBeReleased(account) ??
    mustWaitNeitherShortNorLong(expiresInSeconds) ??
    mustReplaceUsable(account, replaces) ??
    mustHaveRoom(account.devices, defined({ replaces }), command.maxDevices);
  if (refused) return refused;
  if (link !== undefined) {
    const usable = mustLetEnrol(account, link);
    if (!usable.ok) return usable;
    if (usable.value.shown >= MOST_SHOWN) return ok(linkEnded(account, usable.value, 'exhausted'));
  }
  const expiresAt = plusMillis(now, expiresInSeconds * 1000);
  const asked = { enrolment, device, deviceName, digits, period, algorithm, expiresAt, replaces, link };
  const started = event('EnrolmentStarted', defined({ ...whose(account), ...asked }));
  const { waiting } = account.enrolments;
  if (waiting === undefined) return ok([started]);
  return ok([ended(account, waiting, now >= waiting.expiresAt ? 'expired' : 'superseded'), started]);
}

/** The device is there, and at the same moment the one that it replaces is not. */
export function confirmEnrolment({ enrolment }: ConfirmEnrolment, state: AccountState): Decision {
  if (outcomeOf(state, enrolment) === 'confirmed') return ok([]);
  const open = mustWait(state, enrolment);
  if (!open.ok) return open;
  const { account, waiting } = open.value;
  const { device, replaces } = waiting;
  const replaced = account.devices.find((one) => one.device === replaces && one.status !== 'revoked');
  const enrolled = event('DeviceEnrolled', { ...whose(account), enrolment, device });
  if (replaced === undefined) return ok([enrolled]);
  const { device: former } = replaced;
  return ok([enrolled, event('DeviceRevoked', { ...whose(account), device: former, cause: 'replaced' })]);
}

export function refuseEnrolmentCode(
  { enrolment, triesLeft }: RefuseEnrolmentCode,
  state: AccountState,
): Decision {
  const open = mustWait(state, enrolment);
  if (!open.ok) return ok([]);
  const { account, waiting } = open.value;
  const left = Math.max(0, Math.min(triesLeft, waiting.triesLeft - 1));
  const refused = event('EnrolmentCodeRefused', { ...whose(account), enrolment, triesLeft: left });
  const link = account.enrolments.links?.find((one) => one.link === waiting.link && isOpen(one));
  // A link has its tries over all enrolments that it begins.
  if (link !== undefined && (left === 0 || link.triesLeft <= 1))
    return ok([
      { ...refused, data: { ...refused.data, triesLeft: 0 } },
      ended(account, waiting, 'too-many-tries'),
      event('EnrolmentLinkEnded', { ...whose(account), link: link.link, cause: 'exhausted' }),
    ]);
  return ok(left > 0 ? [refused] : [refused, ended(account, waiting, 'too-many-tries')]);
}

export function expireEnrolment({ now, enrolment }: ExpireEnrolment, state: AccountState): Decision {
  const open = mustWait(state, enrolment);
  if (!open.ok || now < open.value.waiting.expiresAt) return ok([]);
  return ok([ended(open.value.account, open.value.waiting, 'expired')]);
}

/** The enrolment that a confirming code may be tried for at this instant, or why there is none. */
export function enrolmentToConfirm(
  state: AccountState,
  enrolment: EnrolmentId,
  now: Instant,
): Result<Enrolment, Rejection> {
  const open = mustWait(state, enrolment);
  if (!open.ok) return open;
  const { account, waiting } = open.value;
  if (now >= waiting.expiresAt) return over('expired');
  return mustNotBeSuspended(account, 'confirmed') ?? ok(waiting);
}

/** An expired enrolment ends when its time has run, whenever that is recorded. */
const ended = (
  account: KnownAccount,
  { enrolment, device, expiresAt }: Enrolment,
  cause: EnrolmentEnd,
): EnrolmentEnded =>
  event(
    'EnrolmentEnded',
    { ...whose(account), enrolment, device, cause },
    cause === 'expired' ? expiresAt : undefined,
  );

const outcomeOf = (state: AccountState, enrolment: EnrolmentId): EnrolmentOutcome | undefined =>
  state.status === 'unregistered' ? undefined : state.enrolments.past[enrolment];

/** The enrolment waits for its code, be its time over. */
function mustWait(
  state: AccountState,
  enrolment: EnrolmentId,
): Result<{ readonly account: KnownAccount; readonly waiting: Enrolment }, Rejection> {
  if (state.status !== 'unregistered' && state.enrolments.waiting?.enrolment === enrolment)
    return ok({ account: state, waiting: state.enrolments.waiting });
  const outcome = outcomeOf(state, enrolment);
  if (outcome === undefined) return notFound('not-found', 'There is no such enrolment.');
  return outcome === 'confirmed'
    ? conflict('already-confirmed', 'The enrolment was confirmed already.')
    : over(outcome);
}

const over = (end: EnrolmentEnd): Result<never, Rejection> =>
  gone(`enrolment-${end}`, 'The enrolment is over; start a new one.');

const mustNotBeSuspended = ({ status }: KnownAccount, what: string): Refused =>
  status === 'suspended'
    ? conflict('id-suspended', `The ID is suspended: resume it before a device is ${what}.`)
    : undefined;

function mustWaitNeitherShortNorLong(seconds: number): Refused {
  const { shortest, longest } = ENROLMENT_WAIT;
  return seconds < shortest || seconds > longest
    ? invalid('expiry-out-of-range', `An enrolment waits ${shortest} to ${longest} seconds.`, {
        pointer: '/expiresInSeconds',
      })
    : undefined;
}

function mustReplaceUsable(account: KnownAccount, device: DeviceId | undefined): Refused {
  const replaced = device === undefined ? undefined : mustBeUsable(account, device);
  return replaced?.ok === false ? replaced : undefined;
}
