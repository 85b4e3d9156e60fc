import type { JstDay } from '@smartkey/calendar';
import type { Instant } from '@smartkey/kernel';
import type { TotpForm } from './account.events.ts';

/** What registration needs to know of the contract: its dated facts, compared with the clock (第6条). */
export interface ContractTerms {
  readonly accepted: boolean;
  /** The JST day of the acceptance (承諾). */
  readonly acceptedOn?: JstDay;
  /** Effective day of the standing cancellation: the last day of service. */
  readonly lastDay?: JstDay;
}

interface At {
  /** The instant of the decision. */
  readonly now: Instant;
}

/** Begins a spell. `registeredOn` is given by the operator only, for a past day and with a reason. */
export interface Register extends At {
  readonly type: 'Register';
  readonly account: string;
  readonly contract: string;
  /** In its one form (`parseExternalId`). */
  readonly externalId: string;
  readonly externalIdDigest: string;
  readonly displayName?: string;
  readonly registeredOn?: JstDay;
  readonly reason?: string;
  readonly terms: ContractTerms;
}

/** Ends the spell today, or as of a past day within it (operator, with a reason). */
export interface Deregister extends At {
  readonly type: 'Deregister';
  readonly on?: JstDay;
  readonly reason?: string;
}

/** Takes a spell back that was entered by mistake (operator, with a reason). */
export interface VoidRegistration extends At {
  readonly type: 'VoidRegistration';
  /** Its number; missing where the id that was given names none of this account. */
  readonly spell: number | undefined;
  readonly reason: string;
}

/** Makes a spell begin earlier, or end on another day (operator, with a reason). What is not given stays. */
export interface CorrectRegistration extends At {
  readonly type: 'CorrectRegistration';
  /** Its number; missing where the id that was given names none of this account. */
  readonly spell: number | undefined;
  readonly registeredOn?: JstDay;
  readonly deregisteredOn?: JstDay;
  readonly reason: string;
  readonly terms: ContractTerms;
}

/** The contract has ended: the registry itself ends the spell as of the last day (第6条). */
export interface EndWithContract extends At {
  readonly type: 'EndWithContract';
  readonly lastDay: JstDay;
}

export interface Suspend extends At {
  readonly type: 'Suspend';
  readonly reason?: string;
}

export interface Resume extends At {
  readonly type: 'Resume';
  readonly reason?: string;
}

/** Begins the enrolment of a device; one that waits already is superseded. */
export interface StartEnrolment extends At, TotpForm {
  readonly type: 'StartEnrolment';
  readonly enrolment: string;
  readonly device: string;
  readonly deviceName?: string;
  readonly expiresInSeconds: number;
  /** The device whose place it takes once it is confirmed. */
  readonly replaces?: string;
  /** How many devices an account may have active. */
  readonly maxDevices: number;
}

/** Authentication found the code right: the device is there. */
export interface ConfirmEnrolment extends At {
  readonly type: 'ConfirmEnrolment';
  readonly enrolment: string;
}

/** Authentication found the code wrong, and has counted; with no try left the enrolment ends. */
export interface RefuseEnrolmentCode extends At {
  readonly type: 'RefuseEnrolmentCode';
  readonly enrolment: string;
  readonly triesLeft: number;
}

/** The enrolment's time has run. */
export interface ExpireEnrolment extends At {
  readonly type: 'ExpireEnrolment';
  readonly enrolment: string;
}

export interface SuspendDevice extends At {
  readonly type: 'SuspendDevice';
  readonly device: string;
}

export interface ResumeDevice extends At {
  readonly type: 'ResumeDevice';
  readonly device: string;
  readonly maxDevices: number;
}

export interface RevokeDevice extends At {
  readonly type: 'RevokeDevice';
  readonly device: string;
}

export type AccountCommand =
  | Register
  | Deregister
  | VoidRegistration
  | CorrectRegistration
  | EndWithContract
  | Suspend
  | Resume
  | StartEnrolment
  | ConfirmEnrolment
  | RefuseEnrolmentCode
  | ExpireEnrolment
  | SuspendDevice
  | ResumeDevice
  | RevokeDevice;
