import {
  event,
  ok,
  type Decider,
  type Decision as DecisionOf,
  type Signatory,
  byType,
} from '@smartkey/kernel';
import {
  mustBeDecidableBy,
  mustBeNew,
  mustStillBe,
  proposalUnknown,
  signatureOf,
  noProposal,
} from '@smartkey/terms';
import type { Moment } from '../shared/moment.ts';
import type { ApprovalEvent, ChangeProposed } from './approval.events.ts';
import { evolveApproval, type ApprovalState } from './approval.state.ts';

/** Judged beforehand: it is legal, and lowers an issued month. */
export interface ProposeChange extends Moment, Omit<ChangeProposed['data'], 'asker'> {
  readonly type: 'ProposeChange';
  readonly signatory: Signatory;
}

export interface ApproveChange extends Moment {
  readonly type: 'ApproveChange';
  readonly signatory: Signatory;
}

export interface RejectChange extends Moment {
  readonly type: 'RejectChange';
  readonly signatory: Signatory;
  readonly reason: string;
}

/** What was to be approved, or is approved, turns out to be no longer legal. */
export interface DropChange extends Moment {
  readonly type: 'DropChange';
  /** What it was when that was found. */
  readonly found: 'proposed' | 'approved';
  readonly reason: string;
}

export type ApprovalCommand = ProposeChange | ApproveChange | RejectChange | DropChange;
type Decision = DecisionOf<ApprovalEvent>;

function propose(command: ProposeChange, state: ApprovalState): Decision {
  const { approval, contract, change, affects, signatory } = command;
  return (
    mustBeNew(state) ??
    ok([event('ChangeProposed', { approval, contract, change, affects, asker: signatory })])
  );
}

function approve({ signatory }: ApproveChange, state: ApprovalState): Decision {
  const open = mustBeDecidableBy(signatory, state);
  if (!open.ok) return open;
  const { id: approval, contract } = open.value;
  return ok([event('ChangeApproved', { approval, contract, approver: signatureOf(signatory) })]);
}

function reject({ signatory, reason }: RejectChange, state: ApprovalState): Decision {
  const open = mustBeDecidableBy(signatory, state);
  if (!open.ok) return open;
  const { id: approval, contract } = open.value;
  return ok([event('ChangeRejected', { approval, contract, cause: 'person', reason })]);
}

function drop({ reason, found }: DropChange, state: ApprovalState): Decision {
  if (state.stage === 'none') return proposalUnknown();
  const decided = mustStillBe(found, state);
  if (decided) return decided;
  const { id: approval, contract, stage } = state;
  return ok(
    stage === 'rejected'
      ? []
      : [event('ChangeRejected', { approval, contract, cause: 'no-longer-legal', reason })],
  );
}

/** A change that takes two persons: proposed by one, decided by another (Two persons). */
export const approvalDecider: Decider<ApprovalState, ApprovalCommand, ApprovalEvent> = {
  initial: noProposal,
  evolve: evolveApproval,
  decide: byType({
    ProposeChange: propose,
    ApproveChange: approve,
    RejectChange: reject,
    DropChange: drop,
  }),
};
