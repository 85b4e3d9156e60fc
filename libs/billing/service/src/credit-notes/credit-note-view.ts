import { actorId, defined } from '@smartkey/kernel';
import type { CreditNoteApproval, CreditNoteView } from '@smartkey/messages';
import type { LoadedProposal } from './proposals.ts';

/** @param number its own, where it is issued. */
export function creditNoteView({ state }: LoadedProposal, number: string | undefined): CreditNoteView {
  const { approval, wanted } = state;
  const { creditNote: id, number: invoice, contract, month, amount, taxCode, reason, agreedOn } = wanted;
  const status = number !== undefined ? 'issued' : state.stage === 'rejected' ? 'rejected' : 'proposed';
  return {
    id,
    approval,
    status,
    ...(number !== undefined && { number }),
    contract,
    invoice,
    month,
    amount,
    taxCode,
    reason,
    agreedOn,
  };
}

/** A credit note as it stands among all that takes two persons. */
export function creditNoteApproval({ state, events }: LoadedProposal): CreditNoteApproval {
  const { approval: id, wanted, askedAt } = state;
  const { creditNote, number, contract, month, amount, taxCode, reason, agreedOn } = wanted;
  return {
    id,
    kind: 'credit-note',
    contract,
    number,
    requestedBy: actorId(events[0]!.metadata.actor),
    requestedAt: askedAt,
    command: { creditNote, amount, taxCode, reason, agreedOn },
    affects: [{ month, number }],
    state: state.stage,
    ...(state.stage !== 'proposed' &&
      defined({
        decidedBy: actorId(events.at(-1)!.metadata.actor),
        decidedAt: state.decidedAt,
        reason: state.stage === 'rejected' ? state.reason : undefined,
      })),
  };
}
