import type { Fact, Instant, Signatory, ContractId, ApprovalId } from '@smartkey/kernel';
import type { ApprovalEvent, ChangeProposed } from './approval.events.ts';

export interface NoApproval {
  readonly stage: 'none';
}

interface Asked {
  readonly id: ApprovalId;
  readonly contract: ContractId;
  readonly change: ChangeProposed['data']['change'];
  readonly affects: ChangeProposed['data']['affects'];
  readonly asker: Signatory;
  readonly askedAt: Instant;
}

export interface OpenApproval extends Asked {
  readonly stage: 'proposed';
}

export interface GivenApproval extends Asked {
  readonly stage: 'approved';
  readonly decidedAt: Instant;
}

export interface RefusedApproval extends Asked {
  readonly stage: 'rejected';
  readonly decidedAt: Instant;
  readonly reason: string;
}

/** What became of a change that takes two persons. */
export type ApprovalState = NoApproval | OpenApproval | GivenApproval | RefusedApproval;

export const noApproval: NoApproval = { stage: 'none' };

/** Total: an event that does not fit leaves the state as it is. */
export function evolveApproval(state: ApprovalState, event: Fact<ApprovalEvent>): ApprovalState {
  switch (event.type) {
    case 'ChangeProposed': {
      if (state.stage !== 'none') return state;
      const { approval: id, contract, change, affects, asker } = event.data;
      return { stage: 'proposed', id, contract, change, affects, asker, askedAt: event.occurredAt };
    }
    case 'ChangeApproved':
      return state.stage === 'proposed'
        ? { ...state, stage: 'approved', decidedAt: event.occurredAt }
        : state;
    case 'ChangeRejected': {
      // Also of an approved one: it could not be carried out any more.
      if (state.stage === 'none' || state.stage === 'rejected') return state;
      return { ...state, stage: 'rejected', decidedAt: event.occurredAt, reason: event.data.reason };
    }
    default:
      return (event satisfies never, state);
  }
}
