import type { Decider } from '@smartkey/kernel';
import type { AccountCommand } from './account.commands.ts';
import type { Decision } from './account.decision.ts';
import type { AccountEvent } from './account.events.ts';
import { evolveAccount, noAccount, type AccountState } from './account.state.ts';
import { correctRegistration, voidRegistration } from './correction/correction.decide.ts';
import { resumeDevice, revokeDevice, suspendDevice } from './devices/devices.decide.ts';
import {
  confirmEnrolment,
  expireEnrolment,
  refuseEnrolmentCode,
  startEnrolment,
} from './enrolment/enrolment.decide.ts';
import { deregister, endWithContract, register } from './registration/registration.decide.ts';
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
  }
}

/** The rules of one account: its spells of registration (別紙1 備考1), its enrolments and its devices (第5条). */
export const accountDecider: Decider<AccountState, AccountCommand, AccountEvent> = {
  initial: noAccount,
  evolve: evolveAccount,
  decide,
};
