import type { Decider } from '@smartkey/kernel';
import {
  approveCreditNote,
  dropCreditNote,
  proposeCreditNote,
  rejectCreditNote,
  type CreditNoteProposalCommand,
} from './proposal.decide.ts';
import type { CreditNoteProposalEvent } from './proposal.events.ts';
import { evolveProposal, noProposal, type CreditNoteProposal } from './proposal.state.ts';

/** A credit note that is asked for: proposed by one person, decided by another (Two persons). */
export const creditNoteProposal: Decider<
  CreditNoteProposal,
  CreditNoteProposalCommand,
  CreditNoteProposalEvent
> = {
  initial: noProposal,
  evolve: evolveProposal,
  decide(command, state) {
    switch (command.type) {
      case 'Propose':
        return proposeCreditNote(command, state);
      case 'Approve':
        return approveCreditNote(command, state);
      case 'Reject':
        return rejectCreditNote(command, state);
      case 'Drop':
        return dropCreditNote(command, state);
    }
  },
};
