import type { BillingMessages } from '@smartkey/messages';
import type { Reactor } from '@smartkey/projections';
import { continuing } from '@smartkey/tracing';
import type { Logger } from 'pino';
import type { CreditNotes } from './credit-notes.ts';

/** Issues what was approved, should the program have ended between the approval and that. Mostly it is done already. */
export const approvedNotesReactor = (notes: CreditNotes, log: Logger): Reactor => ({
  name: 'issue-approved-credit-notes',
  sources: ['billing'],
  types: new Set(['CreditNoteApproved']),
  async react(messages) {
    for (const message of messages) {
      const { approval } = message.data as BillingMessages['CreditNoteApproved'];
      const issued = await continuing(message, () => notes.carryOut(approval));
      if (!issued.ok)
        log.warn({ approval, code: issued.error.code }, 'an approved credit note was not legal any more');
    }
  },
});
