import { Readable } from 'node:stream';
import { Controller, Get, Headers, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, Operation, PageQuery, schema, type Page } from '@smartkey/http';
import type { Actor } from '@smartkey/kernel';
import { stringify } from 'csv-stringify';
import { AccountUsageStatement, type AccountUsage, type StatementRequest } from './account-usage.ts';

const { decimal, idOf, nullable, object, text, wholeNumber } = schema;
const LINE = object({
  externalId: nullable(text('null where the person’s data were erased.')),
  account: idOf('rid'),
  usedDays: wholeNumber('Distinct days registered in the month.'),
  coefficient: decimal('Used days ÷ days of the month, three decimals kept.'),
  fee: nullable(
    decimal('Coefficient × the account price, not rounded; null while no quote governs the month.'),
  ),
});
const COLUMNS = ['externalId', 'usedDays', 'coefficient', 'fee'];

/** Whether CSV is asked for rather than JSON. */
const wantsCsv = (accept: string | undefined): boolean => /(^|[,\s])text\/csv\b/i.test(accept ?? '');

/** The first line read before the answer begins, so that a refusal is a refusal and not half a file. */
async function begun(lines: AsyncGenerator<AccountUsage>): Promise<AsyncGenerator<AccountUsage>> {
  const first = await lines.next();
  return (async function* () {
    if (first.done !== true) yield first.value;
    yield* lines;
  })();
}

@ApiTags('Usage')
@Controller('v1/contracts/:id/usage/:month/accounts')
export class AccountUsageController {
  constructor(private readonly statement: AccountUsageStatement) {}

  @Get()
  @Operation({
    summary: 'The account usage of a month, account by account (別紙1 備考(1)); CSV by Accept: text/csv',
    roles: ['operator', 'contractor', 'finance', 'auditor'],
    contract: 'id',
    page: LINE,
    produces: ['application/json', 'text/csv'],
    consistent: true,
    errors: { 404: 'No such contract.', 422: 'No such month, or a parameter is broken.' },
  })
  async accounts(
    @Param('id') contract: string,
    @Param('month') month: string,
    @Query() { limit, cursor }: PageQuery,
    @CurrentActor() actor: Actor,
    @Headers('accept') accept: string | undefined,
    @Headers('consistency-token') consistencyToken: string | undefined,
  ): Promise<Page<AccountUsage> | StreamableFile> {
    const request: StatementRequest = { contract, month, actor, consistencyToken };
    if (!wantsCsv(accept)) return this.statement.page(request, limit, cursor);
    const lines = await begun(this.statement.all(request));
    const csv = stringify({ header: true, columns: COLUMNS, escape_formulas: true });
    const source = Readable.from(lines);
    source.on('error', (error) => csv.destroy(error));
    return new StreamableFile(source.pipe(csv), {
      type: 'text/csv; charset=utf-8',
      disposition: `attachment; filename="usage-accounts-${contract}-${month}.csv"`,
    });
  }
}
