import { Controller, Headers, Param, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiTags, csvFile, CsvQuery, CurrentActor, Route, ProblemException } from '@smartkey/http';
import { accountsOfStatement } from '@smartkey/billing-renditions/names';
import type { Actor } from '@smartkey/kernel';
import type { FastifyReply } from 'fastify';
import { documentFor } from '../../invoices/document-for.ts';
import { InvoiceLog } from '../../log/invoice-log.ts';
import { BillingReads } from '../../shared/billing-reads.ts';
import { DocumentFiles } from '../document-files.ts';
import { STATEMENT_COLUMNS, statementCells } from './statement-file.ts';
import { StatementPdf } from './statement-pdf.ts';
import { StatementRows } from './statement-rows.ts';
import { taggedFile } from './tagged-file.ts';
import { READERS } from '../../shared/readers.ts';

/** Rows of a CSV that is held whole for the ETag of its bytes: some 200 bytes each. A longer one goes out as it is written. */
const MOST_TAGGED_ROWS = 5_000;

const ERRORS = {
  404: 'No such document, not this contract’s, or `no-statement`: it bills no accounts.',
  409: '`file-refused`: the statement could not be made.',
  503: '`not-yet-rendered`: the statement is on its way.',
};

/** The accounts behind a document's usage, a file of its own. */
@ApiTags('Invoices')
@Controller('v1/invoices/:number')
export class StatementsController {
  constructor(
    private readonly log: InvoiceLog,
    private readonly files: DocumentFiles,
    private readonly rows: StatementRows,
    private readonly pdfs: StatementPdf,
    private readonly reads: BillingReads,
  ) {}

  @Route('GET statement', {
    summary: 'Downloads the accounts that a document bills (別紙1 備考(1))',
    description:
      'CSV, or PDF by `Accept: application/pdf`. Written down once; what was erased since shows 消去済, and is another ETag; for ten minutes behind an erasure one of more than 5,000 accounts has none. `commitment` is SHA-256 over 0x00, the salt and the canonical form (RFC 8785) of the row’s first six fields, `usedDays` a number, without the apostrophe that keeps a cell from being a formula.',
    roles: READERS,
    right: 'read',
    produces: ['text/csv', 'application/pdf'],
    conditional: true,
    errors: { ...ERRORS, 422: 'The encoding is none, or `too-many-accounts` for a PDF.' },
  })
  show(
    @Param('number') number: string,
    @Query() query: CsvQuery,
    @Headers('accept') accept: string | undefined,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    return accept?.toLowerCase().includes('application/pdf') === true
      ? this.pdf(number, actor, reply)
      : this.csv(number, query, actor, reply);
  }

  @Route('GET statement.csv', {
    summary: 'Downloads the accounts that a document bills as CSV',
    roles: READERS,
    right: 'read',
    produces: ['text/csv'],
    conditional: true,
    errors: { ...ERRORS, 422: 'The encoding is none, or has no place for some of the characters.' },
  })
  async csv(
    @Param('number') number: string,
    @Query() { encoding }: CsvQuery,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { invoice } = await documentFor(this.log, number, actor);
    const { statement, rows } = await this.files.statementOf(invoice);
    const file = await csvFile({
      name: `${invoice.number}-statement.csv`,
      columns: STATEMENT_COLUMNS,
      pages: () => this.#pages(statement),
      encoding,
    });
    if (rows <= MOST_TAGGED_ROWS) return taggedFile(file, reply);
    const tag = await this.rows.tagOf(statement, `${encoding} ${STATEMENT_COLUMNS.join()}`);
    if (tag !== undefined) void reply.header('etag', `"${tag}"`);
    return file;
  }

  @Route('GET statement.pdf', {
    summary: 'Downloads the accounts that a document bills as PDF',
    roles: READERS,
    right: 'read',
    produces: ['application/pdf'],
    conditional: true,
    errors: {
      ...ERRORS,
      422: '`too-many-accounts`: more than the setting `SMARTKEY_STATEMENT_PDF_ACCOUNTS` allows.',
    },
  })
  async pdf(
    @Param('number') number: string,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { invoice } = await documentFor(this.log, number, actor);
    const { statement } = await this.files.statementOf(invoice);
    const accounts = accountsOfStatement(invoice);
    const most = this.reads.settings.statementPdfAccounts;
    if (accounts > most)
      throw new ProblemException(
        422,
        'too-many-accounts',
        `A statement has at most ${most} accounts as PDF, this one has ${accounts}; ask for CSV.`,
      );
    const file = new StreamableFile(await this.pdfs.render(invoice, statement), {
      type: 'application/pdf',
      disposition: `inline; filename="${invoice.number}-statement.pdf"`,
    });
    return taggedFile(file, reply);
  }

  async *#pages(statement: string): AsyncGenerator<readonly (readonly string[])[]> {
    for await (const rows of this.rows.read(statement)) yield rows.map(statementCells);
  }
}
