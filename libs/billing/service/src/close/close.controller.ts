import type { RunId } from '@smartkey/kernel';
import type { ServiceMonth } from '@smartkey/calendar';
import { Controller, Query } from '@nestjs/common';
import {
  ApiTags,
  Command,
  decodeCursor,
  encodeCursor,
  orNotFound,
  Route,
  orThrow,
  pageOf,
  PageQuery,
  written,
  type CommandContext,
  type Page,
  type Written,
  IdParam,
} from '@smartkey/http';
import { DocumentFiles } from '../renditions/document-files.ts';
import { BillingReads } from '../shared/billing-reads.ts';
import { numberOfCursor } from '../shared/cursors.ts';
import { MonthPageQuery } from '../shared/month.forms.ts';
import { MonthParam } from '../shared/service-month.param.ts';
import { CloseCommands } from './close-commands.ts';
import {
  closeRunView,
  type CloseRunFilesView,
  type CloseRunView,
  type ParkedView,
  type StandingParkedView,
  type RequestedRunView,
} from './close-run-view.ts';
import { CloseRunStore } from './close-run.store.ts';
import { CloseRunner } from './close-runner.ts';

@ApiTags('Billing')
@Controller('v1/billing')
export class CloseController {
  constructor(
    private readonly commands: CloseCommands,
    private readonly runs: CloseRunStore,
    private readonly runner: CloseRunner,
    private readonly reads: BillingReads,
    private readonly files: DocumentFiles,
  ) {}

  @Route('POST months/:month/close', {
    summary: 'Closes a month: issues the invoices of every contract',
    description:
      'The run waits by itself until billing has every event of the month, issues what earlier months of a contract still owe first, and what a later issued month has overtaken, and parks by name the contracts that cannot be billed. Its documents bear the day on which it was asked for. Safe to repeat: what is issued is not issued again, parked contracts are tried again.',
    roles: ['operator', 'finance'],
    status: 202,
    write: true,
    errors: {
      409: 'The month has not ended in Japan.',
      422: 'No month, one before the terms (附則), or one more than 12 months ahead.',
    },
  })
  async close(
    @MonthParam() month: ServiceMonth,
    @Command() command: CommandContext,
  ): Promise<Written<RequestedRunView>> {
    this.reads.asked(month);
    const { run, revision, position } = orThrow(await this.commands.request(month, command));
    this.runner.wake();
    return written({ runId: run }, { revision, position, source: 'billing' });
  }

  @Route('GET runs', {
    summary: 'Lists close runs, the newest first',
    roles: ['operator', 'finance'],
  })
  async list(@Query() query: MonthPageQuery): Promise<Page<CloseRunView>> {
    this.reads.asked(query.month);
    const before = numberOfCursor(query.cursor);
    const runs = await this.runs.page(before, query.limit + 1, query.month);
    return pageOf(runs, query.limit, ({ seq }) => encodeCursor(seq), closeRunView);
  }

  @Route('GET runs/:run', {
    summary: 'Shows how far a close run is, and the files of its documents',
    roles: ['operator', 'finance'],
    errors: { 404: 'No such run.' },
  })
  async show(@IdParam('run', 'run') id: RunId): Promise<CloseRunFilesView> {
    const run = orNotFound(await this.runs.find(id));
    return { ...closeRunView(run), files: await this.files.ofRun(id) };
  }

  @Route('GET runs/:run/parked', {
    summary: 'Lists the contracts that a close run could not bill, with the reason',
    roles: ['operator', 'finance'],
    errors: { 404: 'No such run.' },
  })
  async parked(@IdParam('run', 'run') id: RunId, @Query() query: PageQuery): Promise<Page<ParkedView>> {
    orNotFound(await this.runs.find(id));
    const after = query.cursor === undefined ? '' : decodeCursor(query.cursor, 'ctr')[0];
    const rows = await this.runs.parkedPage(id, after, query.limit + 1);
    return pageOf(rows, query.limit, ({ contract }) => encodeCursor(contract));
  }

  @Route('GET parked', {
    summary: 'Lists the contracts that cannot be billed until a person acts, over all close runs',
    description:
      'Each once, with what the latest run that has ended said of it; one that a later run of the same month or one after it did not park again is not here.',
    roles: ['operator', 'finance'],
  })
  async standing(@Query() query: PageQuery): Promise<Page<StandingParkedView>> {
    const after = query.cursor === undefined ? '' : decodeCursor(query.cursor, 'ctr')[0];
    const rows = await this.runs.standingParked(after, query.limit + 1);
    return pageOf(rows, query.limit, ({ contract }) => encodeCursor(contract));
  }
}
