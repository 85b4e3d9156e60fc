import { jstDayOf } from '@smartkey/calendar';
import {
  event,
  invalid,
  ok,
  type Decision as DecisionOf,
  type Instant,
  type Refused,
  type Signatory,
  type ApprovalId,
} from '@smartkey/kernel';
import { mustBeDecidableBy, mustBeNew, mustStillBe, proposalUnknown, signatureOf } from '@smartkey/terms';
import type { CreditNoteProposalEvent, WantedCredit } from './proposal.events.ts';
import type { CreditNoteProposal, OpenCreditNote } from './proposal.state.ts';

/** Judged beforehand: so much is billed, and not credited. */
export interface ProposeCreditNote {
  readonly type: 'Propose';
  readonly now: Instant;
  readonly approval: ApprovalId;
  readonly wanted: WantedCredit;
  readonly signatory: Signatory;
}

export interface ApproveCreditNote {
  readonly type: 'Approve';
  readonly signatory: Signatory;
}

export interface RejectCreditNote {
  readonly type: 'Reject';
  readonly signatory: Signatory;
  readonly reason: string;
}

/** What was to be approved, or is approved, turns out to be no longer legal. */
export interface DropCreditNote {
  readonly type: 'Drop';
  /** What it was when that was found. */
  readonly found: 'proposed' | 'approved';
  readonly reason: string;
}

export type CreditNoteProposalCommand =
  ProposeCreditNote | ApproveCreditNote | RejectCreditNote | DropCreditNote;
type Decision = DecisionOf<CreditNoteProposalEvent>;

/** What is credited has been agreed: today or before. */
export const mustBeAgreed = ({ agreedOn }: Pick<WantedCredit, 'agreedOn'>, now: Instant): Refused =>
  agreedOn > jstDayOf(now)
    ? invalid('agreed-in-future', 'What is agreed was agreed today or before.', {
        rule: 'Credit notes',
        pointer: '/agreedOn',
      })
    : undefined;

export function proposeCreditNote(
  { now, approval, wanted, signatory }: ProposeCreditNote,
  state: CreditNoteProposal,
): Decision {
  return (
    mustBeNew(state) ??
    mustBeAgreed(wanted, now) ??
    ok([event('CreditNoteProposed', { ...wanted, approval, asker: signatory })])
  );
}

export function approveCreditNote({ signatory }: ApproveCreditNote, state: CreditNoteProposal): Decision {
  const open = mustBeDecidableBy(signatory, state);
  if (!open.ok) return open;
  const approver = signatureOf(signatory);
  return ok([event('CreditNoteApproved', { ...subjectOf(open.value), approver })]);
}

export function rejectCreditNote(
  { signatory, reason }: RejectCreditNote,
  state: CreditNoteProposal,
): Decision {
  const open = mustBeDecidableBy(signatory, state);
  if (!open.ok) return open;
  return ok([event('CreditNoteRejected', { ...subjectOf(open.value), cause: 'person', reason })]);
}

export function dropCreditNote({ reason, found }: DropCreditNote, state: CreditNoteProposal): Decision {
  if (state.stage === 'none') return proposalUnknown();
  const decided = mustStillBe(found, state);
  if (decided) return decided;
  return ok(
    state.stage === 'rejected'
      ? []
      : [event('CreditNoteRejected', { ...subjectOf(state), cause: 'no-longer-legal', reason })],
  );
}

const subjectOf = ({ approval, wanted }: Pick<OpenCreditNote, 'approval' | 'wanted'>) => ({
  approval,
  creditNote: wanted.creditNote,
  contract: wanted.contract,
});
