import { Controller, Headers, Param, Query, type StreamableFile } from '@nestjs/common';
import {
  ApiTags,
  csvFile,
  CsvPageQuery,
  CurrentActor,
  Route,
  type Page,
  IdParam,
  wantsCsv,
} from '@smartkey/http';
import type { Actor, ContractId } from '@smartkey/kernel';
import { AccountUsageStatement, type NamedAccountUsage, type StatementRequest } from './account-usage.ts';

const COLUMNS = ['externalId', 'usedDays', 'coefficient', 'fee'] as const;

@ApiTags('Usage')
@Controller('v1/contracts/:id/usage/:month/accounts')
export class AccountUsageController {
  constructor(private readonly statement: AccountUsageStatement) {}

  @Route('GET', {
    summary: 'The account usage of a month, account by account (別紙1 備考(1)); CSV by Accept: text/csv',
    roles: ['operator', 'contractor', 'finance', 'auditor'],
    right: 'read',
    contract: 'id',
    produces: ['application/json', 'text/csv'],
    consistent: true,
    errors: {
      404: 'No such contract.',
      422: 'No such month, a parameter is broken, or the encoding has no place for some of the characters.',
    },
  })
  async accounts(
    @IdParam('id', 'ctr') contract: ContractId,
    @Param('month') month: string,
    @Query() { limit, cursor, encoding }: CsvPageQuery,
    @CurrentActor() actor: Actor,
    @Headers('accept') accept: string | undefined,
    @Headers('consistency-token') consistencyToken: string | undefined,
  ): Promise<Page<NamedAccountUsage> | StreamableFile> {
    const request: StatementRequest = { contract, month, actor, consistencyToken };
    if (!wantsCsv(accept)) return this.statement.page(request, limit, cursor);
    return csvFile({
      name: `usage-accounts-${contract}-${month}.csv`,
      columns: COLUMNS,
      pages: () => this.#pages(request),
      encoding,
    });
  }

  async *#pages(request: StatementRequest): AsyncGenerator<readonly (readonly string[])[]> {
    for await (const page of this.statement.pages(request))
      yield page.map((line) => COLUMNS.map((column) => String(line[column] ?? '')));
  }
}
