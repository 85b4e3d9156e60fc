import type {
  DomainEvent,
  Instant,
  DeviceId,
  EnrolmentId,
  EnrolmentLinkId,
  TotpSettings,
} from '@smartkey/kernel';
import type { AccountIds } from '../shared/account-ids.ts';

interface EnrolmentIds extends AccountIds {
  readonly enrolment: EnrolmentId;
  readonly device: DeviceId;
}

/** A device is about to be added; it becomes one with the confirming code. Personal: the device's name. */
export type EnrolmentStarted = DomainEvent<
  'EnrolmentStarted',
  EnrolmentIds &
    TotpSettings & {
      readonly deviceName?: string;
      readonly expiresAt: Instant;
      /** The device whose place it takes once it is confirmed. */
      readonly replaces?: DeviceId;
      /** The link by which the user began it. */
      readonly link?: EnrolmentLinkId;
    }
>;

/** The confirming code was wrong; authentication counts the tries as it checks them. */
export type EnrolmentCodeRefused = DomainEvent<
  'EnrolmentCodeRefused',
  AccountIds & { readonly enrolment: EnrolmentId; readonly triesLeft: number }
>;

export type EnrolmentEnd = 'superseded' | 'expired' | 'too-many-tries' | 'deregistered';
export type EnrolmentEnded = DomainEvent<'EnrolmentEnded', EnrolmentIds & { readonly cause: EnrolmentEnd }>;

export type DeviceEnrolled = DomainEvent<'DeviceEnrolled', EnrolmentIds>;

export type EnrolmentEvent = EnrolmentStarted | EnrolmentCodeRefused | EnrolmentEnded | DeviceEnrolled;
