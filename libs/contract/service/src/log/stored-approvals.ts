import type { ApprovalEvent } from '@smartkey/contract-domain';
import type { EventForms, PersonalData } from '@smartkey/event-store';

/** Names and words are sealed under the key of the contract that it is about, as they are in the contract's own stream. */
const ofContract = (...fields: readonly string[]): PersonalData => ({
  fields,
  subject: (_stream, data) => String(data['contract']),
});

/** All at version 1. */
export const storedApprovals: EventForms<ApprovalEvent> = {
  ChangeProposed: {
    personal: ofContract(
      'change.command.reason',
      'change.command.agreement',
      'change.command.oneTimeFee.description',
      'asker.name',
    ),
  },
  ChangeApproved: { personal: ofContract('approver.name') },
  ChangeRejected: { personal: ofContract('reason') },
};
