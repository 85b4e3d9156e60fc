import type { CorrectionEvent } from './correction/correction.events.ts';
import type { DeviceEvent } from './devices/devices.events.ts';
import type { EnrolmentLinkEvent } from './enrolment-link/enrolment-link.events.ts';
import type { EnrolmentEvent } from './enrolment/enrolment.events.ts';
import type { ErasureEvent } from './erasure/erasure.events.ts';
import type { RecoveryCodesEvent } from './recovery-codes/recovery-codes.events.ts';
import type { RegistrationEvent } from './registration/registration.events.ts';
import type { ReportEvent } from './report/report.events.ts';
import type { SuspensionEvent } from './suspension/suspension.events.ts';

/** Every fact that an account's stream can hold. */
export type AccountEvent =
  | RegistrationEvent
  | CorrectionEvent
  | SuspensionEvent
  | EnrolmentEvent
  | DeviceEvent
  | EnrolmentLinkEvent
  | RecoveryCodesEvent
  | ReportEvent
  | ErasureEvent;
