import type { ApprovalId } from '@smartkey/kernel';
import type { ServiceMonth } from '@smartkey/calendar';
import type { LogMessages } from '../log/log.messages.ts';
import type { ContractMessages } from './contract.messages.ts';

/**
 * What the contract service publishes beside its contracts, stream `approval-<apr_…>`: changes that take two persons, which one
 * proposes and another decides. The contract's own messages follow once they are approved.
 */
export interface ApprovalMessages {
  ChangeProposed: {
    /** `apr_…` */
    approval: ApprovalId;
    kind: 'quote' | 'billing-start' | 'waiver' | 'plan-change';
    /** The issued months that it lies in, with the number of each invoice; `null`: overtaken, not issued yet. */
    affects: readonly { readonly month: ServiceMonth; readonly number: string | null }[];
  };
  ChangeApproved: { approval: ApprovalId };
  /** Another person refused it, or it was no longer legal when it was approved. */
  ChangeRejected: { approval: ApprovalId; cause: 'person' | 'no-longer-legal' };
}

export type ApprovalMessageType = keyof ApprovalMessages;

/** Everything on the contract service's topic. */
export interface ContractTopicMessages extends ContractMessages, ApprovalMessages, LogMessages {}
