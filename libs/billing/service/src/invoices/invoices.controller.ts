import { Controller, Headers, Param, Query, Res, StreamableFile } from '@nestjs/common';
import type { Invoice } from '@smartkey/billing-domain';
import {
  ApiTags,
  awaitConsistency,
  ConsistencyToken,
  CsvQuery,
  csvTypeOf,
  CurrentActor,
  encodeCursor,
  isHeld,
  orNotFound,
  Route,
  PageQuery,
  pageOf,
  type ConsistencyMark,
  type Page,
} from '@smartkey/http';
import type { Actor } from '@smartkey/kernel';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import type { EvidenceItem } from '../evidence/evidence-view.ts';
import { EvidenceReader } from '../evidence/read-evidence.ts';
import { boundTo, documentFor } from './document-for.ts';
import { documentAsked } from './document-format.ts';
import { documentsOfPage } from './documents-of-page.ts';
import { ExportReads } from '../exports/export-reads.ts';
import { InvoiceCsv } from './invoice-csv.ts';
import { listInvoices } from './invoice-list.query.ts';
import { InvoiceLog, type LoggedInvoice } from '../log/invoice-log.ts';
import { InvoiceQuery } from './invoice.forms.ts';
import {
  documentView,
  invoiceExportView,
  invoiceView,
  type DocumentView,
  type InvoiceView,
} from './invoice-view.ts';
import { DeliveryLog } from '../deliveries/delivery-log.ts';
import { DocumentFiles, type FoundFile } from '../renditions/document-files.ts';
import type { Verification } from '../verification/verification-view.ts';
import { InvoiceVerifier } from '../verification/verify-invoice.ts';
import { positionOfCursor } from '../shared/cursors.ts';
import { BillingReads } from '../shared/billing-reads.ts';
import { READERS } from '../shared/readers.ts';

@ApiTags('Invoices')
@Controller('v1/invoices')
export class InvoicesController {
  constructor(
    private readonly reads: BillingReads,
    private readonly log: InvoiceLog,
    private readonly verifier: InvoiceVerifier,
    private readonly evidence: EvidenceReader,
    private readonly files: DocumentFiles,
    private readonly csv: InvoiceCsv,
    private readonly exports: ExportReads,
    private readonly deliveries: DeliveryLog,
  ) {}

  @Route('GET', {
    summary: 'Lists documents in the order of issue',
    description:
      'Filters can be combined; a contractor sees its own. A page of documents with many lines is shorter than asked for.',
    roles: READERS,
    right: 'read',
    consistent: true,
    errors: { 422: 'A filter is broken, or its month lies more than 12 months ahead.' },
  })
  async list(
    @Query() query: InvoiceQuery,
    @CurrentActor() actor: Actor,
    @ConsistencyToken() marks: readonly ConsistencyMark[],
  ): Promise<Page<InvoiceView>> {
    const { documents } = this.reads;
    this.reads.asked(query.month);
    await awaitConsistency(documents, marks);
    await documents.current();
    const { limit, cursor, ...filter } = query;
    const after = positionOfCursor(cursor);
    const contract = boundTo(actor, filter.contract);
    if (contract === 'another') return { items: [], nextCursor: null };
    const rows = await listInvoices(documents.sql, { ...filter, contract }, after, limit + 1);
    const page = pageOf(rows, limit, ({ position }) => encodeCursor(position));
    const logged = await documentsOfPage(
      this.log,
      page.items.map(({ number }) => number),
    );
    const items = logged.map(({ invoice }) => invoiceView(invoice));
    if (logged.length === page.items.length) return { ...page, items };
    return { items, nextCursor: encodeCursor(logged.at(-1)!.position) };
  }

  @Route('GET :number', {
    summary: 'Shows a document',
    description:
      'As PDF/A-3a, JP PINT or canonical CSV by the suffix `.pdf`, `.xml`, `.csv` or `Accept`. PDF and JP PINT are rendered once and are the same bytes for ever; one that nobody has come to yet is rendered now. Offices see the exports that hold it.',
    roles: READERS,
    right: 'read',
    produces: ['application/json', 'application/pdf', 'application/xml', 'text/csv'],
    conditional: true,
    errors: {
      404: 'No such document, or not this contract’s.',
      409: '`file-refused`: the document lacks something that the file needs, by field.',
      422: 'The encoding is none, or has no place for some of the characters; `no-jp-pint`: the service month is before 2023-10.',
      503: '`not-yet-rendered`: the file is on its way.',
    },
  })
  async show(
    @Param('number') number: string,
    @Query() { encoding }: CsvQuery,
    @Headers('accept') accept: string | undefined,
    @Headers('if-none-match') held: string | undefined,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DocumentView | StreamableFile> {
    const asked = documentAsked(number, accept);
    const logged = await documentFor(this.log, asked.number, actor);
    const { invoice } = logged;
    if (asked.format === 'json') return this.#shown(invoice, actor);
    if (asked.format === 'csv') return this.#csv(logged, encoding);
    const file = await this.files.find(invoice, asked.format === 'pdf' ? 'pdf' : 'jp-pint');
    const etag = `"${file.sha256}"`;
    reply.header('etag', etag);
    // Who holds the bytes is given none.
    if (actor.role === 'contractor' && !isHeld(held, etag)) await this.deliveries.downloaded(invoice);
    return streamed(file, `${invoice.number}.${asked.format}`);
  }

  async #shown(invoice: Invoice, actor: Actor): Promise<DocumentView> {
    const view = documentView(invoice, await this.files.of(invoice));
    const exports = actor.role === 'contractor' ? [] : await this.exports.holding(view.number);
    return exports.length === 0 ? view : { ...view, exports: exports.map(invoiceExportView) };
  }

  async #csv(logged: LoggedInvoice, encoding: CsvQuery['encoding']): Promise<StreamableFile> {
    const bytes = await this.csv.bytesOf(logged, encoding);
    return new StreamableFile(bytes, {
      type: csvTypeOf(encoding),
      disposition: `attachment; filename="${logged.invoice.number}.csv"`,
    });
  }

  @Route('GET :number/lines/:n/evidence', {
    summary: 'Shows the facts that made a line',
    description: 'Each with its stream and revision; as the ledger knew them when the document was issued.',
    roles: READERS,
    right: 'read',
    errors: { 404: 'No such line.' },
  })
  async evidenceOf(
    @Param('number') number: string,
    @Param('n') n: string,
    @Query() query: PageQuery,
    @CurrentActor() actor: Actor,
  ): Promise<Page<EvidenceItem>> {
    const { invoice } = await documentFor(this.log, number, actor);
    const line = orNotFound(invoice.lines.find((each) => String(each.n) === n));
    return this.evidence.page(invoice, line, query);
  }

  @Route('POST :number/verification', {
    summary: 'Derives a document again and compares',
    roles: ['operator', 'finance', 'auditor'],
    errors: { 404: 'No such document.' },
  })
  async verify(@Param('number') number: string, @CurrentActor() actor: Actor): Promise<Verification> {
    return this.verifier.verify(await documentFor(this.log, number, actor));
  }
}

/** People look at a PDF; what programs read is a download. */
const streamed = ({ content, mediaType, bytes }: FoundFile, name: string): StreamableFile =>
  new StreamableFile(Readable.from(content, { objectMode: false }), {
    type: mediaType,
    disposition: `${name.endsWith('.pdf') ? 'inline' : 'attachment'}; filename="${name}"`,
    length: bytes,
  });
