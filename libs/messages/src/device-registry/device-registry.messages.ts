import type { JstDay } from '@smartkey/calendar';
import type { Instant } from '@smartkey/kernel';

/**
 * What the device registry publishes on `smartkey.device-registry`, stream `account-<rid_…>`. External ids and display names stay
 * inside; `externalIdDigest` lets a service that shares the lookup key find an account by its external id.
 */
export type AccountStatus = 'registered' | 'suspended' | 'deregistered';
export type DeviceStatus = 'active' | 'suspended' | 'revoked';

export interface DeviceRegistryMessages {
  /** A spell of registration begins. `registeredOn` may be a past day (entered by the operator). */
  IdRegistered: {
    account: string;
    externalIdDigest: string;
    /** 1 for the first. */ spell: number;
    registeredOn: JstDay;
  };
  /** The spell ends; its last day counts. occurredAt: the decision, or the end of the contract's last day. */
  IdDeregistered: {
    account: string;
    spell: number;
    registeredOn: JstDay;
    lastDay: JstDay;
    cause: 'request' | 'contract-ended';
  };
  /**
   * The spell never was: it had been entered by mistake. Its number is not given again. `lastDay` is missing where it had not
   * ended: the ID is deregistered with it. occurredAt: the beginning of its first day, or the decision where that is today.
   */
  RegistrationVoided: { account: string; spell: number; registeredOn: JstDay; lastDay?: JstDay };
  /**
   * The spell began earlier, or ended on another day, than was told: its days from now on, and the former ones. `lastDay` is
   * missing while it lasts. occurredAt: the beginning of the first day that changes.
   */
  RegistrationCorrected: {
    account: string;
    spell: number;
    registeredOn: JstDay;
    lastDay?: JstDay;
    formerRegisteredOn: JstDay;
    formerLastDay?: JstDay;
  };
  IdSuspended: { account: string; reason?: string };
  IdResumed: { account: string; reason?: string };
  EnrolmentStarted: {
    account: string;
    enrolment: string;
    device: string;
    expiresAt: Instant;
    replaces?: string;
  };
  /** The confirming code was wrong. */
  EnrolmentCodeRefused: { account: string; enrolment: string; triesLeft: number };
  /** Superseded, expired or out of tries. */
  EnrolmentEnded: {
    account: string;
    enrolment: string;
    device: string;
    cause: 'superseded' | 'expired' | 'too-many-tries' | 'deregistered';
  };
  DeviceEnrolled: { account: string; enrolment: string; device: string };
  DeviceSuspended: { account: string; device: string };
  DeviceResumed: { account: string; device: string };
  DeviceRevoked: { account: string; device: string; cause: 'request' | 'replaced' | 'deregistered' };
}

export type DeviceRegistryMessageType = keyof DeviceRegistryMessages;
