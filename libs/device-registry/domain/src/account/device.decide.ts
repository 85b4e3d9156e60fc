import {
  conflict,
  gone,
  invalid,
  notFound,
  ok,
  plusMillis,
  type Instant,
  type Rejection,
  type Result,
} from '@smartkey/kernel';
import type {
  ConfirmEnrolment,
  ExpireEnrolment,
  RefuseEnrolmentCode,
  ResumeDevice,
  RevokeDevice,
  StartEnrolment,
  SuspendDevice,
} from './account.commands.ts';
import type { AccountEvent, EnrolmentEnd, EnrolmentEnded } from './account.events.ts';
import { activeOnceConfirmed, type Account, type Device, type Enrolment } from './account.state.ts';

type Decision = Result<readonly AccountEvent[], Rejection>;

/** How long an enrolment may wait for its code, in seconds. */
export const ENROLMENT_WAIT = { shortest: 60, longest: 86_400, usual: 600 } as const;

const whose = (state: Account) => ({ account: state.account, contract: state.contract });

const notRegistered = conflict('not-registered', 'The ID is not registered.');
const noSuchDevice = notFound('not-found', 'There is no such device.');
const deviceRevoked = conflict('device-revoked', 'The device is revoked for good; enrol a new one.');
const tooManyDevices = (most: number) =>
  conflict('too-many-devices', `An ID has at most ${most} active devices.`);

const ended = (state: Account, enrolment: Enrolment, cause: EnrolmentEnd): EnrolmentEnded => ({
  type: 'EnrolmentEnded',
  version: 1,
  data: { ...whose(state), enrolment: enrolment.enrolment, device: enrolment.device, cause },
  ...(cause === 'expired' ? { occurredAt: enrolment.expiresAt } : {}),
});

const find = (state: Account, device: string): Device | undefined =>
  state.devices.find((one) => one.device === device);

export function startEnrolment(command: StartEnrolment, state: Account): Decision {
  const { now, enrolment, device, deviceName, digits, period, algorithm, replaces } = command;
  if (state.status === 'suspended')
    return conflict('id-suspended', 'The ID is suspended: resume it before a device is enrolled.');
  if (state.status !== 'registered') return notRegistered;
  const { shortest, longest } = ENROLMENT_WAIT;
  if (command.expiresInSeconds < shortest || command.expiresInSeconds > longest)
    return invalid('expiry-out-of-range', `An enrolment waits ${shortest} to ${longest} seconds.`, {
      pointer: '/expiresInSeconds',
    });
  if (replaces !== undefined) {
    const old = find(state, replaces);
    if (old === undefined) return noSuchDevice;
    if (old.status === 'revoked') return deviceRevoked;
  }
  const asked = { enrolment, device, ...(replaces === undefined ? {} : { replaces }) };
  const started: AccountEvent = {
    type: 'EnrolmentStarted',
    version: 1,
    data: {
      ...whose(state),
      ...asked,
      ...(deviceName === undefined ? {} : { deviceName }),
      digits,
      period,
      algorithm,
      expiresAt: plusMillis(now, command.expiresInSeconds * 1000),
    },
  };
  const wouldBe = { ...state, enrolment: { ...started.data, triesLeft: 0 } };
  if (activeOnceConfirmed(wouldBe) > command.maxDevices) return tooManyDevices(command.maxDevices);
  const waiting = state.enrolment;
  if (waiting === undefined) return ok([started]);
  return ok([ended(state, waiting, now >= waiting.expiresAt ? 'expired' : 'superseded'), started]);
}

/** The enrolment that a confirming code may be tried for at this instant, or why there is none. */
export function enrolmentToConfirm(
  state: Account,
  enrolment: string,
  now: Instant,
): Result<Enrolment, Rejection> {
  const waiting = state.enrolment;
  if (waiting?.enrolment !== enrolment) {
    const end = state.pastEnrolments[enrolment];
    if (end === undefined) return notFound('not-found', 'There is no such enrolment.');
    if (end === 'confirmed') return conflict('already-confirmed', 'The enrolment was confirmed already.');
    return gone(`enrolment-${end}`, 'The enrolment is over; start a new one.');
  }
  if (now >= waiting.expiresAt) return gone('enrolment-expired', 'The enrolment is over; start a new one.');
  if (state.status === 'suspended')
    return conflict('id-suspended', 'The ID is suspended: resume it before a device is confirmed.');
  return ok(waiting);
}

/** The device is there, and in the same breath the one that it replaces is not. */
export function confirmEnrolment({ enrolment }: ConfirmEnrolment, state: Account): Decision {
  const waiting = state.enrolment;
  if (waiting?.enrolment !== enrolment) {
    const end = state.pastEnrolments[enrolment];
    if (end === 'confirmed') return ok([]);
    return end === undefined
      ? notFound('not-found', 'There is no such enrolment.')
      : gone(`enrolment-${end}`, 'The enrolment is over; start a new one.');
  }
  const { device, replaces } = waiting;
  const old = replaces === undefined ? undefined : find(state, replaces);
  return ok([
    { type: 'DeviceEnrolled', version: 1, data: { ...whose(state), enrolment, device } },
    ...(old === undefined || old.status === 'revoked'
      ? []
      : [
          {
            type: 'DeviceRevoked',
            version: 1,
            data: { ...whose(state), device: old.device, cause: 'replaced' },
          } as const,
        ]),
  ]);
}

export function refuseEnrolmentCode({ enrolment, triesLeft }: RefuseEnrolmentCode, state: Account): Decision {
  const waiting = state.enrolment;
  if (waiting?.enrolment !== enrolment) return ok([]);
  const left = Math.max(0, Math.min(triesLeft, waiting.triesLeft - 1));
  return ok([
    { type: 'EnrolmentCodeRefused', version: 1, data: { ...whose(state), enrolment, triesLeft: left } },
    ...(left > 0 ? [] : [ended(state, waiting, 'too-many-tries')]),
  ]);
}

export function expireEnrolment({ now, enrolment }: ExpireEnrolment, state: Account): Decision {
  const waiting = state.enrolment;
  if (waiting?.enrolment !== enrolment || now < waiting.expiresAt) return ok([]);
  return ok([ended(state, waiting, 'expired')]);
}

export function suspendDevice({ device }: SuspendDevice, state: Account): Decision {
  const one = find(state, device);
  if (one === undefined) return noSuchDevice;
  if (one.status === 'revoked') return deviceRevoked;
  if (one.status === 'suspended') return ok([]);
  return ok([{ type: 'DeviceSuspended', version: 1, data: { ...whose(state), device } }]);
}

export function resumeDevice({ device, maxDevices }: ResumeDevice, state: Account): Decision {
  const one = find(state, device);
  if (one === undefined) return noSuchDevice;
  if (one.status === 'revoked') return deviceRevoked;
  if (one.status === 'active') return ok([]);
  const resumed = state.devices.map((other) =>
    other.device === device ? { ...other, status: 'active' as const } : other,
  );
  if (activeOnceConfirmed({ ...state, devices: resumed }) > maxDevices) return tooManyDevices(maxDevices);
  return ok([{ type: 'DeviceResumed', version: 1, data: { ...whose(state), device } }]);
}

export function revokeDevice({ device }: RevokeDevice, state: Account): Decision {
  const one = find(state, device);
  if (one === undefined) return noSuchDevice;
  if (one.status === 'revoked') return ok([]);
  return ok([{ type: 'DeviceRevoked', version: 1, data: { ...whose(state), device, cause: 'request' } }]);
}
