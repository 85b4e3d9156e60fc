import type { Decider } from '@smartkey/kernel';
import {
  addPasskey,
  beginRecovery,
  bindProvider,
  issueRecoveryCode,
  recover,
  removePasskey,
  unbindProvider,
} from './credentials/credentials.decide.ts';
import { changeDetails, confirmAddress } from './details/details.decide.ts';
import { acceptInvitation, establish, invite, inviteAgain } from './joining/joining.decide.ts';
import { leave, resume, suspend } from './leaving/leaving.decide.ts';
import { openContract } from './openings/openings.decide.ts';
import type { PersonCommand } from './person.commands.ts';
import type { Decision } from './person.decision.ts';
import type { PersonEvent } from './person.events.ts';
import { evolve, nobody, type PersonState } from './person.state.ts';
import { changeRights, changeRoles } from './standing/standing.decide.ts';

function decide(command: PersonCommand, state: PersonState): Decision {
  switch (command.type) {
    case 'Invite':
      return invite(command, state);
    case 'InviteAgain':
      return inviteAgain(command, state);
    case 'Establish':
      return establish(command, state);
    case 'AcceptInvitation':
      return acceptInvitation(command, state);
    case 'ChangeRoles':
      return changeRoles(command, state);
    case 'ChangeRights':
      return changeRights(command, state);
    case 'ChangeDetails':
      return changeDetails(command, state);
    case 'ConfirmAddress':
      return confirmAddress(command, state);
    case 'Suspend':
      return suspend(command, state);
    case 'Resume':
      return resume(command, state);
    case 'Leave':
      return leave(command, state);
    case 'AddPasskey':
      return addPasskey(command, state);
    case 'RemovePasskey':
      return removePasskey(command, state);
    case 'BindProvider':
      return bindProvider(command, state);
    case 'UnbindProvider':
      return unbindProvider(command, state);
    case 'IssueRecoveryCode':
      return issueRecoveryCode(command, state);
    case 'BeginRecovery':
      return beginRecovery(command, state);
    case 'Recover':
      return recover(command, state);
    case 'OpenContract':
      return openContract(command, state);
  }
}

/** A person: who that is, what that person may do, and with what that person signs in. */
export const personDecider: Decider<PersonState, PersonCommand, PersonEvent> = {
  initial: nobody,
  evolve,
  decide,
};
