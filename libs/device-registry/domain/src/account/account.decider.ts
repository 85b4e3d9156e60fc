import type { Decider, Rejection, Result } from '@smartkey/kernel';
import type { AccountCommand } from './account.commands.ts';
import type { AccountEvent } from './account.events.ts';
import { evolve, initialAccount, type Account } from './account.state.ts';
import { correctRegistration, voidRegistration } from './correction.decide.ts';
import {
  confirmEnrolment,
  expireEnrolment,
  refuseEnrolmentCode,
  resumeDevice,
  revokeDevice,
  startEnrolment,
  suspendDevice,
} from './device.decide.ts';
import { deregister, endWithContract, register, resume, suspend } from './registration.decide.ts';

function decide(command: AccountCommand, state: Account): Result<readonly AccountEvent[], Rejection> {
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
  }
}

/** The rules of one account: its spells of registration (別紙1 備考1), its enrolments and its devices (第5条). */
export const accountDecider: Decider<Account, AccountCommand, AccountEvent> = {
  initial: initialAccount,
  evolve,
  decide,
};
