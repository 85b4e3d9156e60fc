import type { JstDay } from '@smartkey/calendar';
import type { DomainEvent, Instant } from '@smartkey/kernel';

/** In every event: whose it is. `rid_…` and `ctr_…`. */
interface OfAccount {
  readonly account: string;
  readonly contract: string;
}

interface OfEnrolment extends OfAccount {
  readonly enrolment: string;
  readonly device: string;
}

interface OfDevice extends OfAccount {
  readonly device: string;
}

/** A spell of registration begins: `registeredOn` is its first day (別紙1 備考1). */
export type IdRegistered = DomainEvent<
  'IdRegistered',
  OfAccount & {
    readonly externalId: string;
    readonly externalIdDigest: string;
    readonly displayName?: string;
    /** 1 for the first. */
    readonly spell: number;
    readonly registeredOn: JstDay;
    /** Why it was entered for a past day. */
    readonly reason?: string;
  }
>;

/** The spell ends: `lastDay` is its last day and counts. */
export type IdDeregistered = DomainEvent<
  'IdDeregistered',
  OfAccount & {
    readonly spell: number;
    readonly registeredOn: JstDay;
    readonly lastDay: JstDay;
    readonly cause: 'request' | 'contract-ended';
    readonly reason?: string;
  }
>;

/**
 * The spell never was: it was entered by mistake. Its number is not given again. `lastDay` is missing where it had not ended;
 * what ended with it is told by events of its own, as with a deregistration.
 */
export type RegistrationVoided = DomainEvent<
  'RegistrationVoided',
  OfAccount & {
    readonly spell: number;
    readonly registeredOn: JstDay;
    readonly lastDay?: JstDay;
    readonly reason: string;
  }
>;

/** The spell began earlier or ended on another day than was entered: its days from now on, and as they were told before. */
export type RegistrationCorrected = DomainEvent<
  'RegistrationCorrected',
  OfAccount & {
    readonly spell: number;
    readonly registeredOn: JstDay;
    /** Missing while it lasts. */
    readonly lastDay?: JstDay;
    readonly formerRegisteredOn: JstDay;
    readonly formerLastDay?: JstDay;
    readonly reason: string;
  }
>;

export type IdSuspended = DomainEvent<'IdSuspended', OfAccount & { readonly reason?: string }>;
export type IdResumed = DomainEvent<'IdResumed', OfAccount & { readonly reason?: string }>;

export type TotpAlgorithm = 'SHA1' | 'SHA256' | 'SHA512';

/** What the codes of a device look like (RFC 6238). */
export interface TotpForm {
  readonly digits: 6 | 8;
  /** Seconds. */
  readonly period: 30 | 60;
  readonly algorithm: TotpAlgorithm;
}

/** A device is about to be added; it becomes one with the confirming code. */
export type EnrolmentStarted = DomainEvent<
  'EnrolmentStarted',
  OfEnrolment &
    TotpForm & {
      readonly deviceName?: string;
      readonly expiresAt: Instant;
      readonly replaces?: string;
    }
>;

/** The confirming code was wrong; authentication counts the tries as it checks them. */
export type EnrolmentCodeRefused = DomainEvent<
  'EnrolmentCodeRefused',
  OfAccount & { readonly enrolment: string; readonly triesLeft: number }
>;

export type EnrolmentEnd = 'superseded' | 'expired' | 'too-many-tries' | 'deregistered';
export type EnrolmentEnded = DomainEvent<'EnrolmentEnded', OfEnrolment & { readonly cause: EnrolmentEnd }>;

export type DeviceEnrolled = DomainEvent<'DeviceEnrolled', OfEnrolment>;
export type DeviceSuspended = DomainEvent<'DeviceSuspended', OfDevice>;
export type DeviceResumed = DomainEvent<'DeviceResumed', OfDevice>;
export type DeviceRevoked = DomainEvent<
  'DeviceRevoked',
  OfDevice & { readonly cause: 'request' | 'replaced' | 'deregistered' }
>;

/** The stored shapes, all at version 1. Personal: `externalId`, `displayName`, `deviceName`. */
export type AccountEvent =
  | IdRegistered
  | IdDeregistered
  | RegistrationVoided
  | RegistrationCorrected
  | IdSuspended
  | IdResumed
  | EnrolmentStarted
  | EnrolmentCodeRefused
  | EnrolmentEnded
  | DeviceEnrolled
  | DeviceSuspended
  | DeviceResumed
  | DeviceRevoked;

/** Stream of an account: one for each (contract, external id), for ever. */
export const accountStream = (account: string): string => `account-${account}`;
