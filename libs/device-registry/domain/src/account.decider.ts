import { type Decider, byType } from '@smartkey/kernel';
import type { AccountCommand } from './account.commands.ts';
import type { AccountEvent } from './account.events.ts';
import { evolveAccount, noAccount, type AccountState } from './account.state.ts';
import { correctRegistration, voidRegistration } from './correction/correction.decide.ts';
import { resumeDevice, revokeDevice, suspendDevice } from './devices/devices.decide.ts';
import {
  issueEnrolmentLink,
  openEnrolmentLink,
  proveEnrolmentLink,
  revokeEnrolmentLink,
} from './enrolment-link/enrolment-link.decide.ts';
import {
  confirmEnrolment,
  expireEnrolment,
  refuseEnrolmentCode,
  startEnrolment,
} from './enrolment/enrolment.decide.ts';
import {
  eraseByRetention,
  erasePersonalData,
  liftLegalHold,
  setLegalHold,
} from './erasure/erasure.decide.ts';
import { makeRecoveryCodes, takeRecoveryCode } from './recovery-codes/recovery-codes.decide.ts';
import { deregister, endWithContract, register } from './registration/registration.decide.ts';
import { releaseEnrolment, reportDevice } from './report/report.decide.ts';
import { resume, suspend } from './suspension/suspension.decide.ts';

/** The rules of one account: its spells of registration (別紙1 備考1), its enrolments and its devices (第5条). */
export const accountDecider: Decider<AccountState, AccountCommand, AccountEvent> = {
  initial: noAccount,
  evolve: evolveAccount,
  decide: byType({
    Register: register,
    Deregister: deregister,
    VoidRegistration: voidRegistration,
    CorrectRegistration: correctRegistration,
    EndWithContract: endWithContract,
    Suspend: suspend,
    Resume: resume,
    StartEnrolment: startEnrolment,
    ConfirmEnrolment: confirmEnrolment,
    RefuseEnrolmentCode: refuseEnrolmentCode,
    ExpireEnrolment: expireEnrolment,
    SuspendDevice: suspendDevice,
    ResumeDevice: resumeDevice,
    RevokeDevice: revokeDevice,
    IssueEnrolmentLink: issueEnrolmentLink,
    OpenEnrolmentLink: openEnrolmentLink,
    RevokeEnrolmentLink: revokeEnrolmentLink,
    ProveEnrolmentLink: proveEnrolmentLink,
    MakeRecoveryCodes: makeRecoveryCodes,
    TakeRecoveryCode: takeRecoveryCode,
    ReportDevice: reportDevice,
    ReleaseEnrolment: releaseEnrolment,
    ErasePersonalData: erasePersonalData,
    EraseByRetention: eraseByRetention,
    SetLegalHold: setLegalHold,
    LiftLegalHold: liftLegalHold,
  }),
};
