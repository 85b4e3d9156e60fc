import type { DomainEvent, DeviceId } from '@smartkey/kernel';
import type { AccountIds } from '../shared/account-ids.ts';

interface DeviceIds extends AccountIds {
  readonly device: DeviceId;
}

export type DeviceSuspended = DomainEvent<'DeviceSuspended', DeviceIds>;
export type DeviceResumed = DomainEvent<'DeviceResumed', DeviceIds>;
export type DeviceRevoked = DomainEvent<
  'DeviceRevoked',
  DeviceIds & { readonly cause: 'request' | 'replaced' | 'deregistered' }
>;

export type DeviceEvent = DeviceSuspended | DeviceResumed | DeviceRevoked;
