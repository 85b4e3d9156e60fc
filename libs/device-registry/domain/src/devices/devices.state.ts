import { defined, type Fact, type Instant, type DeviceId, type TotpSettings } from '@smartkey/kernel';
import type { AccountEvent } from '../account.events.ts';
import type { Enrolment } from '../enrolment/enrolment.state.ts';

export interface Device extends TotpSettings {
  readonly device: DeviceId;
  readonly name?: string;
  readonly status: 'active' | 'suspended' | 'revoked';
  readonly enrolledAt: Instant;
}

/** In the order of their confirmation, those that are revoked included. */
export type Devices = readonly Device[];

export const noDevices: Devices = [];

export const withStatus = (devices: Devices, device: DeviceId, status: Device['status']): Devices =>
  devices.map((one) => (one.device === device ? { ...one, status } : one));

/** @param waiting the enrolment that waited for its code before the event. */
export function evolveDevices(
  devices: Devices,
  event: Fact<AccountEvent>,
  waiting: Enrolment | undefined,
): Devices {
  switch (event.type) {
    case 'DeviceEnrolled': {
      if (waiting?.enrolment !== event.data.enrolment) return devices;
      const { device, deviceName: name, digits, period, algorithm } = waiting;
      const enrolled = { device, name, enrolledAt: event.occurredAt, digits, period, algorithm };
      return [...devices, { ...defined(enrolled), status: 'active' }];
    }
    case 'DeviceSuspended':
      return withStatus(devices, event.data.device, 'suspended');
    case 'DeviceResumed':
      return withStatus(devices, event.data.device, 'active');
    case 'DeviceRevoked':
      return withStatus(devices, event.data.device, 'revoked');
    default:
      return devices;
  }
}

/** How many devices would be active if the enrolment were confirmed now. */
export function activeOnceConfirmed(
  devices: Devices,
  enrolment: Pick<Enrolment, 'replaces'> | undefined,
): number {
  const active = devices.filter(({ status }) => status === 'active');
  return enrolment === undefined
    ? active.length
    : active.filter(({ device }) => device !== enrolment.replaces).length + 1;
}
