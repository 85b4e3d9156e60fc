import { seriesStreamOf, type CreditNote } from '@smartkey/billing-domain';
import type { EventStore } from '@smartkey/event-store';
import type { ApprovalId, RecordedEvent } from '@smartkey/kernel';
import type { ProjectionReader } from '@smartkey/projections';
import { readUpTo } from '../ledger/as-read.ts';
import type { InvoiceLog, LoggedInvoice } from '../log/invoice-log.ts';
import type { InputPlace } from '../proofs/input-place.ts';
import { concerns } from './credit-command.ts';
import type { CreditNoteDirectory } from './credit-notes.projection.ts';
import { documentsOfCredit } from './documents-of-credit.ts';
import { APPROVALS } from './proposals.ts';

const ownPlace = ({
  stream,
  revision,
  position,
  hash,
}: Pick<RecordedEvent, 'stream' | 'revision' | 'position' | 'hash'>): InputPlace => ({
  source: 'billing',
  stream,
  revision,
  position,
  hash,
});

/** The events of an approval, whose names and reasons stay sealed. */
export const readApproval = (
  store: Pick<EventStore, 'readStream'>,
  approval: ApprovalId,
): Promise<readonly RecordedEvent[]> => store.readStream(`${APPROVALS}-${approval}`);

/**
 * What a credit note follows from in billing's own log besides what every document does: what two persons agreed to, and the documents of its month that
 * it counts from.
 * @param documents of its contract; those that do not concern the month are left out.
 */
export const placesOfCredit = (
  month: CreditNote['month'],
  approval: readonly RecordedEvent[],
  documents: readonly LoggedInvoice[],
): readonly InputPlace[] => [
  ...approval.map(ownPlace),
  ...documents
    .filter(({ invoice }) => concerns(invoice, month))
    .map(({ invoice: { number }, ...place }) =>
      ownPlace({ ...place, stream: seriesStreamOf(number.slice(0, number.lastIndexOf('-'))) }),
    ),
];

/** The same of a note that was issued. */
export class CreditNoteInputs {
  constructor(
    private readonly parts: {
      readonly documents: ProjectionReader;
      readonly invoices: InvoiceLog;
      readonly store: Pick<EventStore, 'readStream'>;
      readonly directory: CreditNoteDirectory;
    },
  ) {}

  /** None of another document. */
  async placesOf({ invoice, position }: LoggedInvoice): Promise<readonly InputPlace[]> {
    if (invoice.kind !== 'credit-note') return [];
    const { documents, invoices, store, directory } = this.parts;
    const note = invoice as CreditNote;
    await directory.reader.current();
    const approval = await directory.approvalOf(note.creditNote);
    const agreed = approval === undefined ? [] : await readApproval(store, approval);
    const upTo = readUpTo(note.inputs.positions, 'billing');
    const logged = await documentsOfCredit(documents.sql, invoices, note);
    return placesOfCredit(
      note.month,
      agreed.filter((event) => event.position <= upTo),
      logged.filter((each) => each.position < position),
    );
  }
}
