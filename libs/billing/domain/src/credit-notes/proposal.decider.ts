import { byType, type Decider } from '@smartkey/kernel';
import { noProposal } from '@smartkey/terms';
import {
  approveCreditNote,
  dropCreditNote,
  proposeCreditNote,
  rejectCreditNote,
  type CreditNoteProposalCommand,
} from './proposal.decide.ts';
import type { CreditNoteProposalEvent } from './proposal.events.ts';
import { evolveProposal, type CreditNoteProposal } from './proposal.state.ts';

/** A credit note that is asked for: proposed by one person, decided by another (Two persons). */
export const creditNoteProposal: Decider<
  CreditNoteProposal,
  CreditNoteProposalCommand,
  CreditNoteProposalEvent
> = {
  initial: noProposal,
  evolve: evolveProposal,
  decide: byType({
    Propose: proposeCreditNote,
    Approve: approveCreditNote,
    Reject: rejectCreditNote,
    Drop: dropCreditNote,
  }),
};
