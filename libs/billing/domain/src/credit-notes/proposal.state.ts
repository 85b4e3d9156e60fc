import { unreachable, type Fact, type Instant, type Signatory, type ApprovalId } from '@smartkey/kernel';
import type { CreditNoteProposalEvent, WantedCredit } from './proposal.events.ts';

export interface NoProposal {
  readonly stage: 'none';
}

interface Asked {
  /** `apr_…` */
  readonly approval: ApprovalId;
  readonly wanted: WantedCredit;
  readonly asker: Signatory;
  readonly askedAt: Instant;
}

export interface OpenProposal extends Asked {
  readonly stage: 'proposed';
}

export interface ApprovedProposal extends Asked {
  readonly stage: 'approved';
  readonly decidedAt: Instant;
}

export interface RejectedProposal extends Asked {
  readonly stage: 'rejected';
  readonly decidedAt: Instant;
  readonly reason: string;
}

export type MadeProposal = OpenProposal | ApprovedProposal | RejectedProposal;

/** What became of a credit note that was asked for. */
export type CreditNoteProposal = NoProposal | MadeProposal;

export const noProposal: NoProposal = { stage: 'none' };

/** Total: an event that does not fit leaves the state as it is. */
export function evolveProposal(
  state: CreditNoteProposal,
  event: Fact<CreditNoteProposalEvent>,
): CreditNoteProposal {
  switch (event.type) {
    case 'CreditNoteProposed': {
      if (state.stage !== 'none') return state;
      const { approval, asker, ...wanted } = event.data;
      return { stage: 'proposed', approval, wanted, asker, askedAt: event.occurredAt };
    }
    case 'CreditNoteApproved':
      return state.stage === 'proposed'
        ? { ...state, stage: 'approved', decidedAt: event.occurredAt }
        : state;
    case 'CreditNoteRejected': {
      // Also of an approved one: it could not be issued any more.
      if (state.stage === 'none' || state.stage === 'rejected') return state;
      return { ...state, stage: 'rejected', decidedAt: event.occurredAt, reason: event.data.reason };
    }
    default:
      return unreachable(event, state);
  }
}
