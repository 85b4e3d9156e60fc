import type { DeviceId, DomainEvent } from '@smartkey/kernel';
import type { AccountIds } from '../shared/account-ids.ts';

/** The user does not know this device (「心当たりがない」). From now on no device is enrolled until an administrator has looked into it. */
export type DeviceReported = DomainEvent<'DeviceReported', AccountIds & { readonly device: DeviceId }>;

/** An administrator has looked into it: devices may be enrolled again. Personal: the reason. */
export type EnrolmentReleased = DomainEvent<'EnrolmentReleased', AccountIds & { readonly reason: string }>;

export type ReportEvent = DeviceReported | EnrolmentReleased;
