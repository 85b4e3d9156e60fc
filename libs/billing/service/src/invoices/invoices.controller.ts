import { Controller, Get, Headers, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CANONICAL_COLUMNS } from '@smartkey/billing-domain';
import {
  awaitConsistency,
  ConsistencyToken,
  csvBytes,
  CsvQuery,
  csvTypeOf,
  CurrentActor,
  encodeCursor,
  notFoundProblem,
  Operation,
  PageQuery,
  pageOf,
  type ConsistencyMark,
  type Page,
  type PublicRole,
} from '@smartkey/http';
import type { Actor, ContractId } from '@smartkey/kernel';
import type { EvidenceItem } from '../evidence/evidence-view.ts';
import { EvidenceReader } from '../evidence/read-evidence.ts';
import { csvRowsOf } from './invoice-csv.ts';
import { listInvoices } from './invoice-list.query.ts';
import { InvoiceLog, type LoggedInvoice } from '../log/invoice-log.ts';
import { InvoiceQuery } from './invoice.forms.ts';
import { invoiceView, type InvoiceView } from './invoice-view.ts';
import type { Verification } from '../verification/verification-view.ts';
import { InvoiceVerifier } from '../verification/verify-invoice.ts';
import { positionOfCursor } from '../shared/cursors.ts';
import { BillingReads } from '../shared/billing-reads.ts';

const READERS: readonly PublicRole[] = ['operator', 'finance', 'auditor', 'contractor'];

@ApiTags('Invoices')
@Controller('v1/invoices')
export class InvoicesController {
  constructor(
    private readonly reads: BillingReads,
    private readonly log: InvoiceLog,
    private readonly verifier: InvoiceVerifier,
    private readonly evidence: EvidenceReader,
  ) {}

  @Get()
  @Operation({
    summary: 'Lists documents in the order of issue',
    description: 'Filters can be combined; a contractor sees its own.',
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
    const page = pageOf(rows, limit, ({ position }) => encodeCursor(String(position)));
    const logged = await this.log.findMany(page.items.map(({ number }) => number));
    return { ...page, items: logged.map(({ invoice }) => invoiceView(invoice)) };
  }

  @Get(':number')
  @Operation({
    summary: 'Shows a document',
    description: 'As canonical CSV by the suffix `.csv` or `Accept: text/csv`.',
    roles: READERS,
    right: 'read',
    produces: ['application/json', 'text/csv'],
    errors: {
      404: 'No such document, or not this contract’s.',
      422: 'The encoding is none, or has no place for some of the characters.',
    },
  })
  async show(
    @Param('number') number: string,
    @Query() { encoding }: CsvQuery,
    @Headers('accept') accept: string | undefined,
    @CurrentActor() actor: Actor,
  ): Promise<InvoiceView | StreamableFile> {
    const suffixed = number.endsWith('.csv');
    const logged = await this.#find(suffixed ? number.slice(0, -'.csv'.length) : number, actor);
    if (!suffixed && accept?.includes('text/csv') !== true) return invoiceView(logged.invoice);
    const bytes = csvBytes(
      CANONICAL_COLUMNS,
      csvRowsOf(logged, '', this.reads.settings.accountCodes),
      encoding,
    );
    return new StreamableFile(bytes, {
      type: csvTypeOf(encoding),
      disposition: `attachment; filename="${logged.invoice.number}.csv"`,
    });
  }

  @Get(':number/lines/:n/evidence')
  @Operation({
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
    const { invoice } = await this.#find(number, actor);
    const line = invoice.lines.find((each) => String(each.n) === n);
    if (line === undefined) throw notFoundProblem();
    return this.evidence.page(invoice, line, query);
  }

  @Post(':number/verification')
  @Operation({
    summary: 'Derives a document again and compares',
    roles: ['operator', 'finance', 'auditor'],
    errors: { 404: 'No such document.' },
  })
  async verify(@Param('number') number: string, @CurrentActor() actor: Actor): Promise<Verification> {
    return this.verifier.verify(await this.#find(number, actor));
  }

  async #find(number: string, actor: Actor): Promise<LoggedInvoice> {
    const logged = await this.log.find(number);
    if (logged === undefined || boundTo(actor, logged.invoice.contract) === 'another')
      throw notFoundProblem();
    return logged;
  }
}

/** The contract that an actor may see, out of those asked for; office keys may see all. */
function boundTo(actor: Actor, contract: ContractId | undefined): ContractId | 'another' | undefined {
  if (actor.role !== 'contractor') return contract;
  return contract === undefined || contract === actor.contract ? actor.contract : 'another';
}
