import type { Device } from '@smartkey/device-registry-domain';
import { defined, type Instant, type AccountId, type DeviceId, type TotpAlgorithm } from '@smartkey/kernel';
import type { DeviceStatus, Propagation } from '@smartkey/messages';

/** A device as it is shown. */
export interface DeviceView {
  readonly id: DeviceId;
  readonly account: AccountId;
  readonly name?: string;
  readonly status: DeviceStatus;
  readonly enrolledAt: Instant;
  readonly digits: number;
  /** Seconds. */
  readonly period: number;
  readonly algorithm: TotpAlgorithm;
  /** Of a stop: whether authentication knows. `pending`: it could not be reached, and hears of it by the bus. */
  readonly propagation?: Propagation;
}

export const deviceView = (account: AccountId, { device: id, ...device }: Device): DeviceView =>
  defined({ id, account, ...device });
