import { Body, Controller, Param, Query } from '@nestjs/common';
import {
  ApiTags,
  awaitConsistency,
  Command,
  ConsistencyToken,
  orNotFound,
  Route,
  PageQuery,
  SignedBy,
  written,
  type CommandContext,
  type ConsistencyMark,
  type Page,
  type Written,
} from '@smartkey/http';
import type { Signatory } from '@smartkey/kernel';
import type { CreditNoteView } from '@smartkey/messages';
import { InvoiceLog } from '../log/invoice-log.ts';
import { CreditNoteForm } from './credit-note.forms.ts';
import { CreditNotes } from './credit-notes.ts';
import { CreditNoteDirectory } from './credit-notes.projection.ts';

/** Agreed reductions of issued months (適格返還請求書). */
@ApiTags('Corrections')
@Controller('v1')
export class CreditNotesController {
  constructor(
    private readonly notes: CreditNotes,
    private readonly directory: CreditNoteDirectory,
    private readonly invoices: InvoiceLog,
  ) {}

  @Route('POST invoices/:number/credit-notes', {
    summary: 'Asks for a credit note: an agreed reduction of what is billed for the month of an invoice',
    description:
      'It is issued, and gets its number, when another person approves it. At most what is billed for the month under the code over all documents, less earlier notes; differences that wait are ignored.',
    roles: ['operator', 'finance'],
    stepUp: true,
    status: 201,
    body: CreditNoteForm,
    write: true,
    errors: {
      404: 'No such invoice.',
      409: 'More than is billed for the month under this code and not credited, or nobody to make it out to.',
      422: 'A field is broken, or the day of the agreement lies in the future.',
    },
  })
  async propose(
    @Param('number') number: string,
    @Body() form: CreditNoteForm,
    @Command() context: CommandContext,
    @SignedBy() signatory: Signatory,
  ): Promise<Written<CreditNoteView>> {
    const { ifMatch: _ifMatch, ...circumstances } = context;
    const { view, revision, position } = await this.notes.propose(number, form, circumstances, signatory);
    return written(view, { revision, position, source: 'billing' });
  }

  @Route('GET invoices/:number/credit-notes', {
    summary: 'Lists the credit notes that were asked for of an invoice, in that order',
    roles: ['operator', 'finance'],
    consistent: true,
    errors: { 404: 'No such document.' },
  })
  async ofInvoice(
    @Param('number') number: string,
    @Query() query: PageQuery,
    @ConsistencyToken() marks: readonly ConsistencyMark[],
  ): Promise<Page<CreditNoteView>> {
    orNotFound(await this.invoices.find(number));
    await this.#upToDate(marks);
    return this.notes.page(query, number);
  }

  @Route('GET credit-notes', {
    summary: 'Lists all credit notes that were asked for, in that order',
    roles: ['operator', 'finance'],
    consistent: true,
  })
  async list(
    @Query() query: PageQuery,
    @ConsistencyToken() marks: readonly ConsistencyMark[],
  ): Promise<Page<CreditNoteView>> {
    await this.#upToDate(marks);
    return this.notes.page(query);
  }

  async #upToDate(marks: readonly ConsistencyMark[]): Promise<void> {
    await awaitConsistency(this.directory.reader, marks);
    await this.directory.reader.current();
  }
}
