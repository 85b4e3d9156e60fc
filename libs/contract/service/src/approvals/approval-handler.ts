import type { ApprovalId } from '@smartkey/kernel';
import {
  approvalDecider,
  type ApprovalCommand,
  type ApprovalEvent,
  type ApprovalState,
} from '@smartkey/contract-domain';
import { CommandHandler, EventCodec, type Loaded } from '@smartkey/event-store';
import type { ServiceParts } from '@smartkey/runtime';
import { storedApprovals } from '../log/stored-approvals.ts';

export type ApprovalHandler = CommandHandler<ApprovalState, ApprovalCommand, ApprovalEvent, ApprovalId>;
export type LoadedApproval = Loaded<ApprovalState, ApprovalEvent, ApprovalId>;

/** What the streams of approvals begin with: `approval-apr_…`. */
export const APPROVALS = 'approval';

export const approvalHandler = ({
  store,
  clock,
  subjectKeys,
}: Pick<ServiceParts, 'store' | 'clock' | 'subjectKeys'>): ApprovalHandler =>
  new CommandHandler({
    store,
    clock,
    decider: approvalDecider,
    codec: new EventCodec(storedApprovals, subjectKeys),
    category: APPROVALS,
  });
