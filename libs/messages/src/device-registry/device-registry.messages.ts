import type { JstDay } from '@smartkey/calendar';
import type { Instant, AccountId, DeviceId, EnrolmentId, EnrolmentLinkId } from '@smartkey/kernel';
import type { LogMessages } from '../log/log.messages.ts';

/**
 * What the device registry publishes on `smartkey.device-registry`, stream `account-<rid_…>`. External ids, display names and
 * what an external id is found by stay inside: who may know the digest asks the registry for it.
 */
export type AccountStatus = 'registered' | 'suspended' | 'deregistered';
export type DeviceStatus = 'active' | 'suspended' | 'revoked';

export interface DeviceRegistryMessages {
  /** A spell of registration begins. `registeredOn` may be a past day (entered by the operator). */
  IdRegistered: {
    account: AccountId;
    /** 1 for the first. */ spell: number;
    registeredOn: JstDay;
  };
  /** The spell ends; its last day counts. occurredAt: the decision, or the end of the contract's last day. */
  IdDeregistered: {
    account: AccountId;
    spell: number;
    registeredOn: JstDay;
    lastDay: JstDay;
    cause: 'request' | 'contract-ended';
  };
  /**
   * The spell never was: it had been entered by mistake. Its number is not given again. `lastDay` is missing where it had not
   * ended: the ID is deregistered with it. occurredAt: the beginning of its first day, or the decision where that is today.
   */
  RegistrationVoided: { account: AccountId; spell: number; registeredOn: JstDay; lastDay?: JstDay };
  /**
   * The spell began earlier, or ended on another day, than was told: its days from now on, and the former ones. `lastDay` is
   * missing while it lasts. occurredAt: the beginning of the first day that changes.
   */
  RegistrationCorrected: {
    account: AccountId;
    spell: number;
    registeredOn: JstDay;
    lastDay?: JstDay;
    formerRegisteredOn: JstDay;
    formerLastDay?: JstDay;
  };
  IdSuspended: { account: AccountId; reason?: string };
  IdResumed: { account: AccountId; reason?: string };
  EnrolmentStarted: {
    account: AccountId;
    enrolment: EnrolmentId;
    device: DeviceId;
    expiresAt: Instant;
    replaces?: DeviceId;
  };
  /** The confirming code was wrong. */
  EnrolmentCodeRefused: { account: AccountId; enrolment: EnrolmentId; triesLeft: number };
  /** Superseded, expired or out of tries. */
  EnrolmentEnded: {
    account: AccountId;
    enrolment: EnrolmentId;
    device: DeviceId;
    cause: 'superseded' | 'expired' | 'too-many-tries' | 'deregistered';
  };
  DeviceEnrolled: { account: AccountId; enrolment: EnrolmentId; device: DeviceId };
  DeviceSuspended: { account: AccountId; device: DeviceId };
  DeviceResumed: { account: AccountId; device: DeviceId };
  DeviceRevoked: { account: AccountId; device: DeviceId; cause: 'request' | 'replaced' | 'deregistered' };
  /** The user may enrol a device by a link. `shown`: whoever issued it saw it. `expiresAt`: of the system's clock. */
  EnrolmentLinkIssued: {
    account: AccountId;
    link: EnrolmentLinkId;
    channel: 'mail' | 'shown';
    expiresAt: Instant;
  };
  EnrolmentLinkOpened: { account: AccountId; link: EnrolmentLinkId };
  /** It was shown that the link is the user's, where the ID had a device before. */
  EnrolmentLinkProven: {
    account: AccountId;
    link: EnrolmentLinkId;
    by: 'device' | 'recovery-code' | 'number';
  };
  /** What was to show that was wrong. */
  EnrolmentLinkCodeRefused: { account: AccountId; link: EnrolmentLinkId; triesLeft: number };
  EnrolmentLinkEnded: {
    account: AccountId;
    link: EnrolmentLinkId;
    cause: 'revoked' | 'expired' | 'exhausted';
  };
  /** The user has new recovery codes; the former are worth nothing. */
  RecoveryCodesMade: { account: AccountId };
  RecoveryCodeTaken: { account: AccountId; left: number };
  /** The user does not know the device: until it is released, nothing is enrolled. */
  DeviceReported: { account: AccountId; device: DeviceId };
  EnrolmentReleased: { account: AccountId };
  /**
   * The personal data are gone, and with them what the external id was found by: whoever holds some of the account, or its digest, forgets
   * them. `retention`: by the setting, nobody asked.
   */
  PersonalDataErased: { account: AccountId; cause: 'request' | 'retention' };
  /** The personal data are not erased until the hold is lifted. */
  LegalHoldSet: { account: AccountId };
  LegalHoldLifted: { account: AccountId };
}

export type DeviceRegistryMessageType = keyof DeviceRegistryMessages;

/** Everything on the topic of the device registry. */
export interface DeviceRegistryTopicMessages extends DeviceRegistryMessages, LogMessages {}
