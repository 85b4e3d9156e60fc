import type { ApprovalId, CreditNoteId } from '@smartkey/kernel';
import type { Sql } from '@smartkey/database';
import type { Message } from '@smartkey/event-bus';
import type { BillingMessages } from '@smartkey/messages';
import type { Projection, ProjectionReader } from '@smartkey/projections';

/** The ids of approvals are in the order in which they were asked for. */
const DDL = `
  create table credit_note (
    approval text collate "C" primary key,
    id text collate "C" not null unique,
    -- The invoice whose month is credited.
    invoice text collate "C" not null,
    state text not null,
    -- The note's own number, once it is issued.
    number text
  );
  create index credit_note_by_state on credit_note (state, approval);
  create index credit_note_of_invoice on credit_note (invoice, approval);
`;

/** Which credit notes were asked for, and what became of them. What was asked for, and by whom, is in their streams. */
export const creditNotesProjection: Projection = {
  name: 'credit-notes',
  version: 1,
  sources: ['billing'],
  ddl: DDL,
  types: new Set(['CreditNoteProposed', 'CreditNoteApproved', 'CreditNoteRejected', 'CreditNoteIssued']),

  async apply(tx, messages) {
    for (const message of messages) await applyOne(tx, message);
  },
};

async function applyOne(tx: Sql, { type, data }: Message): Promise<void> {
  switch (type) {
    case 'CreditNoteProposed': {
      const { approval, creditNote, affects } = data as BillingMessages['CreditNoteProposed'];
      await tx.execute(
        `insert into credit_note (approval, id, invoice, state) values ($1, $2, $3, 'proposed')`,
        [approval, creditNote, affects[0]!.number],
      );
      return;
    }
    case 'CreditNoteApproved':
    case 'CreditNoteRejected': {
      const { approval } = data as BillingMessages['CreditNoteApproved' | 'CreditNoteRejected'];
      const state = type === 'CreditNoteApproved' ? 'approved' : 'rejected';
      await tx.execute('update credit_note set state = $2 where approval = $1', [approval, state]);
      return;
    }
    case 'CreditNoteIssued': {
      const { creditNote, number } = data as BillingMessages['CreditNoteIssued'];
      await tx.execute('update credit_note set number = $2 where id = $1', [creditNote, number]);
      return;
    }
  }
}

/** A credit note as it is looked for. */
export interface ListedCreditNote {
  readonly approval: ApprovalId;
  readonly number: string | null;
}

export class CreditNoteDirectory {
  constructor(readonly reader: ProjectionReader) {}

  /** In the order in which they were asked for, behind one of them. */
  find(
    filter: { readonly state?: string | undefined; readonly invoice?: string | undefined },
    after: string | undefined,
    limit: number,
  ): Promise<readonly ListedCreditNote[]> {
    return this.reader.sql.query<ListedCreditNote>(
      `select approval, number from credit_note
       where ($1::text is null or state = $1) and ($2::text is null or invoice = $2)
         and ($3::text is null or approval > $3) order by approval limit $4::integer`,
      [filter.state ?? null, filter.invoice ?? null, after ?? null, limit],
    );
  }

  /** The approval under which a credit note was asked for. */
  async approvalOf(creditNote: CreditNoteId): Promise<ApprovalId | undefined> {
    const [row] = await this.reader.sql.query<{ approval: ApprovalId }>(
      'select approval from credit_note where id = $1',
      [creditNote],
    );
    return row?.approval;
  }
}
