import type { CorrectionCommand } from './correction/correction.decide.ts';
import type { DeviceCommand } from './devices/devices.decide.ts';
import type { EnrolmentLinkCommand } from './enrolment-link/enrolment-link.decide.ts';
import type { EnrolmentCommand } from './enrolment/enrolment.decide.ts';
import type { ErasureCommand } from './erasure/erasure.decide.ts';
import type { RecoveryCodesCommand } from './recovery-codes/recovery-codes.decide.ts';
import type { RegistrationCommand } from './registration/registration.decide.ts';
import type { ReportCommand } from './report/report.decide.ts';
import type { SuspensionCommand } from './suspension/suspension.decide.ts';

export type AccountCommand =
  | RegistrationCommand
  | CorrectionCommand
  | SuspensionCommand
  | EnrolmentCommand
  | DeviceCommand
  | EnrolmentLinkCommand
  | RecoveryCodesCommand
  | ReportCommand
  | ErasureCommand;
