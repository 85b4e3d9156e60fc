import {
  conflict,
  notFound,
  ok,
  type Refused,
  type Rejection,
  type Result,
  type DeviceId,
} from '@smartkey/kernel';
import type { AccountState, KnownAccount } from '../account.state.ts';
import type { Enrolment } from '../enrolment/enrolment.state.ts';
import { activeOnceConfirmed, type Device, type Devices } from './devices.state.ts';

/** A device with the account that it is one of. */
export interface OwnDevice {
  readonly account: KnownAccount;
  readonly device: Device;
}

/** One of the account's devices, whatever became of it. */
export function mustBeOwn(state: AccountState, id: DeviceId): Result<OwnDevice, Rejection> {
  const device = state.status === 'unregistered' ? undefined : state.devices.find((one) => one.device === id);
  return state.status === 'unregistered' || device === undefined
    ? notFound('not-found', 'There is no such device.')
    : ok({ account: state, device });
}

/** One of the account's devices, and not revoked. */
export function mustBeUsable(state: AccountState, id: DeviceId): Result<OwnDevice, Rejection> {
  const own = mustBeOwn(state, id);
  return own.ok && own.value.device.status === 'revoked'
    ? conflict('device-revoked', 'The device is revoked for good; enrol a new one.')
    : own;
}

/** An account has only so many active devices, the one counted that waits for its code. */
export const mustHaveRoom = (
  devices: Devices,
  waiting: Pick<Enrolment, 'replaces'> | undefined,
  most: number,
): Refused =>
  activeOnceConfirmed(devices, waiting) > most
    ? conflict('too-many-devices', `An ID has at most ${most} active devices.`)
    : undefined;
