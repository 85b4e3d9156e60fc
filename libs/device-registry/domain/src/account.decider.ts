import type { Decider } from '@smartkey/kernel';
import type { AccountCommand } from './account.commands.ts';
import type { Decision } from './account.decision.ts';
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

function decide(command: AccountCommand, state: AccountState): Decision {
  switch (command.type) {
    case 'Register':
      return register(command, state);
    case 'Deregister':
      return deregister(command, state);
    case 'VoidRegistration':
      return voidRegistration(command, state);
    case 'CorrectRegistration':
      return correctRegistration(command, state);
    case 'EndWithContract':
      return endWithContract(command, state);
    case 'Suspend':
      return suspend(command, state);
    case 'Resume':
      return resume(command, state);
    case 'StartEnrolment':
      return startEnrolment(command, state);
    case 'ConfirmEnrolment':
      return confirmEnrolment(command, state);
    case 'RefuseEnrolmentCode':
      return refuseEnrolmentCode(command, state);
    case 'ExpireEnrolment':
      return expireEnrolment(command, state);
    case 'SuspendDevice':
      return suspendDevice(command, state);
    case 'ResumeDevice':
      return resumeDevice(command, state);
    case 'RevokeDevice':
      return revokeDevice(command, state);
    case 'IssueEnrolmentLink':
      return issueEnrolmentLink(command, state);
    case 'OpenEnrolmentLink':
      return openEnrolmentLink(command, state);
    case 'RevokeEnrolmentLink':
      return revokeEnrolmentLink(command, state);
    case 'ProveEnrolmentLink':
      return proveEnrolmentLink(command, state);
    case 'MakeRecoveryCodes':
      return makeRecoveryCodes(command, state);
    case 'TakeRecoveryCode':
      return takeRecoveryCode(command, state);
    case 'ReportDevice':
      return reportDevice(command, state);
    case 'ReleaseEnrolment':
      return releaseEnrolment(command, state);
    case 'ErasePersonalData':
      return erasePersonalData(command, state);
    case 'EraseByRetention':
      return eraseByRetention(command, state);
    case 'SetLegalHold':
      return setLegalHold(command, state);
    case 'LiftLegalHold':
      return liftLegalHold(command, state);
  }
}

/** The rules of one account: its spells of registration (別紙1 備考1), its enrolments and its devices (第5条). */
export const accountDecider: Decider<AccountState, AccountCommand, AccountEvent> = {
  initial: noAccount,
  evolve: evolveAccount,
  decide,
};
