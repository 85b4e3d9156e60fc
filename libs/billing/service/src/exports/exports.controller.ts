import { Body, Controller, Query, Res } from '@nestjs/common';
import {
  ApiTags,
  awaitConsistency,
  Command,
  ConsistencyToken,
  csvTypeOf,
  encodeCursor,
  IdParam,
  orNotFound,
  Route,
  orThrow,
  pageOf,
  ProblemException,
  written,
  type CommandContext,
  type ConsistencyMark,
  type Page,
  type Written,
} from '@smartkey/http';
import type { ExportId } from '@smartkey/kernel';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { BillingReads } from '../shared/billing-reads.ts';
import { numberOfCursor } from '../shared/cursors.ts';
import { MonthPageQuery } from '../shared/month.forms.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { exportName } from './export-name.ts';
import { AcknowledgementForm, ExportForm } from './export.forms.ts';
import { ExportReads } from './export-reads.ts';
import type { ExportView } from './export-view.ts';
import { Exports } from './exports.ts';

@ApiTags('Exports')
@Controller('v1/exports')
export class ExportsController {
  constructor(
    private readonly exports: Exports,
    private readonly shown: ExportReads,
    private readonly acknowledgements: Acknowledgements,
    private readonly reads: BillingReads,
  ) {}

  @Route('POST', {
    summary: 'Makes a file of documents for an ERP',
    description:
      'A month’s invoices, corrections and credit notes, whenever they were issued, or all that no export of the format has taken yet. Up to 1,000 documents are written before the answer; more are written behind it: state running, with progress.',
    roles: ['finance', 'operator'],
    body: ExportForm,
    status: 201,
    write: true,
    errors: {
      409: 'Another export of the format is being written.',
      422: 'A field is broken, the month lies more than 12 months ahead, or (not-exportable) the format has no place for some cells: each is named.',
    },
  })
  async make(@Body() form: ExportForm, @Command() command: CommandContext): Promise<Written<ExportView>> {
    this.reads.asked(form.month);
    const { view, revision, position } = orThrow(await this.exports.make(form, command));
    return written(view, { revision, position, source: 'billing' });
  }

  @Route('GET', {
    summary: 'Lists exports, the newest first',
    roles: ['finance', 'operator'],
    consistent: true,
  })
  async list(
    @Query() query: MonthPageQuery,
    @ConsistencyToken() marks: readonly ConsistencyMark[],
  ): Promise<Page<ExportView>> {
    this.reads.asked(query.month);
    await awaitConsistency(this.reads.documents, marks);
    const before = numberOfCursor(query.cursor);
    const rows = await this.shown.page(before, query.limit + 1, query.month);
    return pageOf(rows, query.limit, ({ number }) => encodeCursor(number));
  }

  @Route('GET :id', {
    summary: 'Shows an export',
    roles: ['finance', 'operator'],
    consistent: true,
    errors: { 404: 'No such export.' },
  })
  async show(
    @IdParam('id', 'exp') id: ExportId,
    @ConsistencyToken() marks: readonly ConsistencyMark[],
  ): Promise<ExportView> {
    await awaitConsistency(this.reads.documents, marks);
    return orNotFound(await this.shown.find(id));
  }

  @Route('GET :id/file', {
    summary: 'Downloads the file of an export, the same bytes each time',
    roles: ['finance', 'operator'],
    produces: ['text/csv', 'application/zip'],
    conditional: true,
    consistent: true,
    errors: { 404: 'No such export.', 409: 'It is not finished: there is no file.' },
  })
  async download(
    @IdParam('id', 'exp') id: ExportId,
    @ConsistencyToken() marks: readonly ConsistencyMark[],
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await awaitConsistency(this.reads.documents, marks);
    const view = orNotFound(await this.shown.find(id));
    const { state, encoding, files, sha256, bytes } = view;
    if (state !== 'finished')
      throw new ProblemException(409, 'export-not-finished', `The export is ${state}: it has no file.`);
    const isTable = encoding !== undefined && files === undefined;
    const name = `${exportName(view)}.${isTable ? 'csv' : 'zip'}`;
    await reply
      .header('content-type', isTable ? csvTypeOf(encoding) : 'application/zip')
      .header('content-disposition', `attachment; filename="${name}"`)
      .header('etag', `"${sha256}"`)
      .header('content-length', bytes)
      .send(Readable.from(this.shown.file(id)));
  }

  @Route('PUT :id/acknowledgement', {
    summary: 'Records what an ERP has taken in: the file, or documents of it by its own numbers',
    description: 'What holds already is 200 without a new event; documents add up over several requests.',
    roles: ['finance', 'operator'],
    body: AcknowledgementForm,
    write: true,
    errors: {
      404: 'No such export.',
      409: 'It is not finished, or the file or a document was acknowledged otherwise.',
      422: 'A field is broken, the day lies in the future, or the export does not hold a document.',
    },
  })
  async acknowledge(
    @IdParam('id', 'exp') id: ExportId,
    @Body() form: AcknowledgementForm,
    @Command() context: CommandContext,
  ): Promise<Written<ExportView>> {
    const { view, handled } = await this.acknowledgements.acknowledge(id, form, context);
    const { state, revision, position } = handled;
    const acknowledgement = { ...state.file, documents: Object.keys(state.documents).length };
    return written({ ...view, acknowledgement }, { revision, position, source: 'billing' });
  }
}
