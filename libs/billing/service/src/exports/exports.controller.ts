import type { ExportId } from '@smartkey/kernel';
import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  awaitConsistency,
  Command,
  ConsistencyToken,
  csvTypeOf,
  encodeCursor,
  notFoundProblem,
  Operation,
  orThrow,
  pageOf,
  written,
  type CommandContext,
  type ConsistencyMark,
  type Page,
  type Written,
  IdParam,
} from '@smartkey/http';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { BillingReads } from '../shared/billing-reads.ts';
import { numberOfCursor } from '../shared/cursors.ts';
import { MonthPageQuery } from '../shared/month.forms.ts';
import { ExportForm } from './export.forms.ts';
import type { ExportView } from './export-view.ts';
import { Exports } from './exports.ts';

@ApiTags('Exports')
@Controller('v1/exports')
export class ExportsController {
  constructor(
    private readonly exports: Exports,
    private readonly reads: BillingReads,
  ) {}

  @Post()
  @Operation({
    summary: 'Makes a file of a month’s documents for an ERP',
    roles: ['finance', 'operator'],
    body: ExportForm,
    status: 201,
    write: true,
    errors: {
      422: 'A field is broken, the month lies more than 12 months ahead, or the format is not supported.',
    },
  })
  async make(@Body() form: ExportForm, @Command() command: CommandContext): Promise<Written<ExportView>> {
    this.reads.asked(form.month);
    const { view, revision, position } = orThrow(await this.exports.make(form, command));
    return written(view, { revision, position, source: 'billing' });
  }

  @Get()
  @Operation({
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
    const rows = await this.exports.page(before, query.limit + 1, query.month);
    return pageOf(rows, query.limit, ({ number }) => encodeCursor(number));
  }

  @Get(':id')
  @Operation({
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
    const view = await this.exports.find(id);
    if (view === undefined) throw notFoundProblem();
    return view;
  }

  @Get(':id/file')
  @Operation({
    summary: 'Downloads the file of an export, the same bytes each time',
    roles: ['finance', 'operator'],
    produces: ['text/csv'],
    consistent: true,
    errors: { 404: 'No such export.' },
  })
  async download(
    @IdParam('id', 'exp') id: ExportId,
    @ConsistencyToken() marks: readonly ConsistencyMark[],
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await awaitConsistency(this.reads.documents, marks);
    const file = await this.exports.file(id);
    if (file === undefined) throw notFoundProblem();
    const { view, bytes } = file;
    await reply
      .header('content-type', csvTypeOf(view.encoding))
      .header('content-disposition', `attachment; filename="smartkey-${view.month}-${view.number}.csv"`)
      .header('etag', `"${view.sha256}"`)
      .header('content-length', view.bytes)
      .send(Readable.from(bytes));
  }
}
