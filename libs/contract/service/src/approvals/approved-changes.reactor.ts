import type { ApprovalMessages } from '@smartkey/messages';
import type { Reactor } from '@smartkey/projections';
import { continuing } from '@smartkey/tracing';
import type { Logger } from 'pino';
import type { Approvals } from './approvals.ts';

/** Carries out what was approved, should the program have ended between the approval and that. Mostly it is done already. */
export const approvedChangesReactor = (approvals: Approvals, log: Logger): Reactor => ({
  name: 'carry-out-approved-changes',
  sources: ['contract'],
  types: new Set(['ChangeApproved']),
  async react(messages) {
    for (const message of messages) {
      const { approval } = message.data as ApprovalMessages['ChangeApproved'];
      const result = await continuing(message, () => approvals.carryOut(approval));
      if (!result.ok)
        log.warn({ approval, code: result.error.code }, 'an approved change was not legal any more');
    }
  },
});
