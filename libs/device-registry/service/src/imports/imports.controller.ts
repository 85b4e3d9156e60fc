import type { ContractId, ImportId } from '@smartkey/kernel';
import type { Readable } from 'node:stream';
import { Controller, Query, type StreamableFile } from '@nestjs/common';
import {
  ApiTags,
  Command,
  CsvBody,
  csvFile,
  CsvQuery,
  CsvCharsetOfBody,
  Route,
  orThrow,
  PageQuery,
  type CommandContext,
  type CsvCharset,
  type Page,
  IdParam,
  inContract,
} from '@smartkey/http';
import type { ImportView } from './import-view.ts';
import { ImportQuery } from './import.forms.ts';
import { RESULT_COLUMNS, resultPages } from './import-results.ts';
import { ImportStore } from './import-store.ts';
import { Imports } from './imports.ts';

@ApiTags('device registry')
@Controller('v1/contracts/:id')
export class ImportsController {
  constructor(
    private readonly imports: Imports,
    private readonly store: ImportStore,
  ) {}

  @Route('POST ids/imports', {
    summary: 'Imports IDs from a CSV file of up to 100,000 rows and 16 MiB',
    description:
      'UTF-8, or Shift_JIS (CP932) where `Content-Type: text/csv; charset=Shift_JIS` says so, with a header line. Once answered, every row is kept and worked off, whatever happens; each row has its own ' +
      'result, and an external id may be there once. Row 1 is the first after the header. An apostrophe before what a spreadsheet would take for a formula is no part of the cell.',
    ...inContract('ids'),
    csvBody: 'externalId,displayName,action (register, deregister, suspend or resume)',
    status: 202,
    write: true,
    errors: {
      404: 'There is no such contract.',
      409: 'The contract is not accepted (第3条) or has ended (第6条).',
      413: 'The file is too large.',
      415: 'The body is not text/csv, or its charset is another.',
      422: 'The file as a whole cannot be read.',
    },
  })
  async receive(
    @IdParam('id', 'ctr') contract: ContractId,
    @Query() { dryRun }: ImportQuery,
    @CsvBody() file: Readable,
    @CsvCharsetOfBody() charset: CsvCharset,
    @Command() command: CommandContext,
  ): Promise<ImportView> {
    return orThrow(await this.imports.receive(contract, file, dryRun, command, charset));
  }

  @Route('GET imports', {
    summary: 'Lists the imports of a contract, the newest first',
    ...inContract('read'),
  })
  list(
    @IdParam('id', 'ctr') contract: ContractId,
    @Query() { limit, cursor }: PageQuery,
  ): Promise<Page<ImportView>> {
    return this.imports.page(contract, limit, cursor);
  }

  @Route('GET imports/:iid', {
    summary: 'Shows how far an import is',
    ...inContract('read'),
    errors: { 404: 'There is no such import.' },
  })
  async show(
    @IdParam('id', 'ctr') contract: ContractId,
    @IdParam('iid', 'imp') id: ImportId,
  ): Promise<ImportView> {
    return orThrow(await this.imports.one(contract, id));
  }

  @Route('GET imports/:iid/results.csv', {
    summary: 'What became of each row',
    description:
      'Columns row, externalId, action, outcome, code, detail. Rows whose turn has not come are `pending`. They name people, and are forgotten 30 days after the end of the import (SMARTKEY_IMPORT_RETENTION_DAYS).',
    ...inContract('read'),
    produces: ['text/csv'],
    errors: {
      404: 'There is no such import.',
      410: 'Its rows and results are forgotten.',
      422: 'The encoding is none, or has no place for some of the characters.',
    },
  })
  async results(
    @IdParam('id', 'ctr') contract: ContractId,
    @IdParam('iid', 'imp') id: ImportId,
    @Query() { encoding }: CsvQuery,
  ): Promise<StreamableFile> {
    orThrow(await this.imports.withResults(contract, id));
    return csvFile({
      name: `${id}.csv`,
      columns: RESULT_COLUMNS,
      pages: () => resultPages(this.store, id),
      encoding,
    });
  }
}
