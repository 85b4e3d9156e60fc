import { unreachable, type ApprovalId, type Fact } from '@smartkey/kernel';
import {
  approved,
  proposed,
  rejected,
  type ApprovedProposal,
  type OpenProposal,
  type Proposal,
} from '@smartkey/terms';
import type { ApprovalEvent, ChangeProposed } from './approval.events.ts';

/** A change that takes two persons. */
type Change = Pick<ChangeProposed['data'], 'contract' | 'change' | 'affects'> & { readonly id: ApprovalId };

export type OpenApproval = OpenProposal<Change>;
export type GivenApproval = ApprovedProposal<Change>;

/** What became of a change that takes two persons. */
export type ApprovalState = Proposal<Change>;

/** Total: an event that does not fit leaves the state as it is. */
export function evolveApproval(state: ApprovalState, event: Fact<ApprovalEvent>): ApprovalState {
  const { occurredAt } = event;
  switch (event.type) {
    case 'ChangeProposed': {
      const { approval: id, contract, change, affects, asker } = event.data;
      return proposed(state, { id, contract, change, affects }, { asker, askedAt: occurredAt });
    }
    case 'ChangeApproved':
      return approved(state, occurredAt);
    case 'ChangeRejected':
      return rejected(state, event.data.reason, occurredAt);
    default:
      return unreachable(event, state);
  }
}
