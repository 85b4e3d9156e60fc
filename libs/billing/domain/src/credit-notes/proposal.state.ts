import { unreachable, type ApprovalId, type Fact } from '@smartkey/kernel';
import {
  approved,
  proposed,
  rejected,
  type MadeProposal,
  type OpenProposal,
  type Proposal,
} from '@smartkey/terms';
import type { CreditNoteProposalEvent, WantedCredit } from './proposal.events.ts';

interface Credit {
  /** `apr_…` */
  readonly approval: ApprovalId;
  readonly wanted: WantedCredit;
}

export type OpenCreditNote = OpenProposal<Credit>;
export type MadeCreditNote = MadeProposal<Credit>;

/** What became of a credit note that was asked for. */
export type CreditNoteProposal = Proposal<Credit>;

/** Total: an event that does not fit leaves the state as it is. */
export function evolveProposal(
  state: CreditNoteProposal,
  event: Fact<CreditNoteProposalEvent>,
): CreditNoteProposal {
  const { occurredAt } = event;
  switch (event.type) {
    case 'CreditNoteProposed': {
      const { approval, asker, ...wanted } = event.data;
      return proposed(state, { approval, wanted }, { asker, askedAt: occurredAt });
    }
    case 'CreditNoteApproved':
      return approved(state, occurredAt);
    case 'CreditNoteRejected':
      return rejected(state, event.data.reason, occurredAt);
    default:
      return unreachable(event, state);
  }
}
