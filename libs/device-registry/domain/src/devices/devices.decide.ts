import { event, ok, type DeviceId, type AtInstant } from '@smartkey/kernel';
import type { Decision } from '../account.decision.ts';
import type { AccountState } from '../account.state.ts';
import { whose } from '../shared/account-ids.ts';
import { mustBeOwn, mustBeUsable, mustHaveRoom } from './devices.guards.ts';
import { withStatus } from './devices.state.ts';

export interface SuspendDevice extends AtInstant {
  readonly type: 'SuspendDevice';
  readonly device: DeviceId;
}

export interface ResumeDevice extends AtInstant {
  readonly type: 'ResumeDevice';
  readonly device: DeviceId;
  /** How many devices an account may have active. */
  readonly maxDevices: number;
}

/** For good. */
export interface RevokeDevice extends AtInstant {
  readonly type: 'RevokeDevice';
  readonly device: DeviceId;
}

export type DeviceCommand = SuspendDevice | ResumeDevice | RevokeDevice;

export function suspendDevice({ device }: SuspendDevice, state: AccountState): Decision {
  const own = mustBeUsable(state, device);
  if (!own.ok) return own;
  if (own.value.device.status === 'suspended') return ok([]);
  return ok([event('DeviceSuspended', { ...whose(own.value.account), device })]);
}

export function resumeDevice({ device, maxDevices }: ResumeDevice, state: AccountState): Decision {
  const own = mustBeUsable(state, device);
  if (!own.ok) return own;
  const { account } = own.value;
  if (own.value.device.status === 'active') return ok([]);
  const resumed = withStatus(account.devices, device, 'active');
  const refused = mustHaveRoom(resumed, account.enrolments.waiting, maxDevices);
  return refused ?? ok([event('DeviceResumed', { ...whose(account), device })]);
}

export function revokeDevice({ device }: RevokeDevice, state: AccountState): Decision {
  const own = mustBeOwn(state, device);
  if (!own.ok) return own;
  if (own.value.device.status === 'revoked') return ok([]);
  return ok([event('DeviceRevoked', { ...whose(own.value.account), device, cause: 'request' })]);
}
