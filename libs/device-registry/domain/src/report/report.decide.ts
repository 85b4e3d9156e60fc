import { event, ok, type DeviceId, type AtInstant } from '@smartkey/kernel';
import type { Decision } from '../account.decision.ts';
import type { AccountEvent } from '../account.events.ts';
import type { AccountState } from '../account.state.ts';
import { mustBeOwn } from '../devices/devices.guards.ts';
import { linkEnded } from '../enrolment-link/enrolment-link.decide.ts';
import { openLinkOf } from '../enrolment-link/enrolment-link.state.ts';
import { mustNotBeErased } from '../erasure/erasure.guards.ts';
import { supersededBy } from '../enrolment/superseded.ts';
import { whose } from '../shared/account-ids.ts';
import { mustBeKnown } from '../shared/guards.ts';

/** The user does not know a device. */
export interface ReportDevice extends AtInstant {
  readonly type: 'ReportDevice';
  readonly device: DeviceId;
}

/** An administrator lifts the stop that a report brought. */
export interface ReleaseEnrolment extends AtInstant {
  readonly type: 'ReleaseEnrolment';
  readonly reason: string;
}

export type ReportCommand = ReportDevice | ReleaseEnrolment;

/** The device is suspended, and whatever would bring another one ends. */
export function reportDevice({ device }: ReportDevice, state: AccountState): Decision {
  const own = mustBeOwn(state, device);
  if (!own.ok) return own;
  const { account } = own.value;
  const { waiting, links, stopped } = account.enrolments;
  const suspended =
    own.value.device.status === 'active' ? [event('DeviceSuspended', { ...whose(account), device })] : [];
  const open = openLinkOf(links);
  const closed: readonly AccountEvent[] = open === undefined ? [] : linkEnded(account, open, 'revoked');
  const ended =
    waiting === undefined || (open !== undefined && waiting.link === open.link)
      ? []
      : [supersededBy(account, waiting)];
  const reported =
    stopped === true && suspended.length === 0
      ? []
      : [event('DeviceReported', { ...whose(account), device })];
  return ok([...suspended, ...ended, ...closed, ...reported]);
}

/** The device stays suspended: whoever knows it resumes it. */
export function releaseEnrolment({ reason }: ReleaseEnrolment, state: AccountState): Decision {
  const known = mustBeKnown(state);
  if (!known.ok) return known;
  if (known.value.enrolments.stopped !== true) return ok([]);
  const erased = mustNotBeErased(known.value);
  if (erased) return erased;
  return ok([event('EnrolmentReleased', { ...whose(known.value), reason })]);
}
