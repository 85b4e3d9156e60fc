import { Body, Controller, Headers, HttpCode, Post, Query, type StreamableFile } from '@nestjs/common';
import {
  ApiTags,
  csvFile,
  CurrentActor,
  IdParam,
  InternalController,
  IsListOfIds,
  Route,
  wantsCsv,
  type Page,
} from '@smartkey/http';
import type { AccountId, Actor, ContractId } from '@smartkey/kernel';
import type { LastAttemptsOf } from '@smartkey/messages';
import { AttemptReader } from './attempt-reader.ts';
import type { AttemptView } from './attempt-view.ts';
import { ShownAttempts } from './shown-attempts.ts';
import { AttemptsQuery } from './attempts.query.ts';

const COLUMNS = [
  'at',
  'rid',
  'externalId',
  'deviceId',
  'result',
  'reason',
  'clientRef',
  'clientAddress',
  'repeated',
  'key',
] as const satisfies readonly (keyof AttemptView)[];

const DESCRIPTION =
  'The newest first, those of the last 13 months (SMARTKEY_ATTEMPT_MONTHS). Denials of one ID beyond 60 a minute and reason are one row, `repeated` times. CSV by Accept: text/csv. A service provider sees reasons as they were told.';

@ApiTags('authentication')
@Controller('v1/contracts/:id')
export class AttemptsController {
  constructor(private readonly attempts: ShownAttempts) {}

  @Route('GET authentications', {
    summary: 'Lists the attempts to sign in of a contract; CSV by Accept: text/csv',
    description: DESCRIPTION,
    roles: ['operator', 'contractor', 'service-provider', 'auditor'],
    right: 'ids',
    contract: 'id',
    produces: ['application/json', 'text/csv'],
    errors: { 404: 'There is no such contract.', 422: 'A parameter is not as it must be.' },
  })
  ofContract(
    @IdParam('id', 'ctr') contract: ContractId,
    @Query() query: AttemptsQuery,
    @CurrentActor() actor: Actor,
    @Headers('accept') accept: string | undefined,
  ): Promise<Page<AttemptView> | StreamableFile> {
    return this.#answer(contract, undefined, query, actor, accept);
  }

  @Route('GET ids/:rid/authentications', {
    summary: 'Lists the attempts to sign in with one ID; CSV by Accept: text/csv',
    description: DESCRIPTION,
    roles: ['operator', 'contractor', 'service-provider', 'auditor'],
    right: 'ids',
    contract: 'id',
    produces: ['application/json', 'text/csv'],
    errors: { 404: 'There is no such ID.', 422: 'A parameter is not as it must be.' },
  })
  ofId(
    @IdParam('id', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') rid: AccountId,
    @Query() query: AttemptsQuery,
    @CurrentActor() actor: Actor,
    @Headers('accept') accept: string | undefined,
  ): Promise<Page<AttemptView> | StreamableFile> {
    return this.#answer(contract, rid, query, actor, accept);
  }

  async #answer(
    contract: ContractId,
    rid: AccountId | undefined,
    query: AttemptsQuery,
    actor: Actor,
    accept: string | undefined,
  ): Promise<Page<AttemptView> | StreamableFile> {
    if (!wantsCsv(accept)) return this.attempts.page(contract, rid, query, actor);
    return csvFile({
      name: `authentications-${rid ?? contract}.csv`,
      columns: COLUMNS,
      pages: () => this.#lines(contract, rid, query, actor),
      encoding: query.encoding,
    });
  }

  async *#lines(
    contract: ContractId,
    rid: AccountId | undefined,
    query: AttemptsQuery,
    actor: Actor,
  ): AsyncGenerator<readonly (readonly string[])[]> {
    for await (const page of this.attempts.pages(contract, rid, query, actor))
      yield page.map((attempt) => COLUMNS.map((column) => String(attempt[column] ?? '')));
  }
}

class LastAttemptsForm {
  @IsListOfIds('rid', { max: 1000 })
  accounts!: AccountId[];
}

/** What the registry shows beside its IDs. */
@InternalController()
export class LastAttemptsController {
  constructor(private readonly reader: AttemptReader) {}

  @Post('accounts/last-attempts')
  @HttpCode(200)
  async last(@Body() { accounts }: LastAttemptsForm): Promise<LastAttemptsOf> {
    return { accounts: await this.reader.lastOf(accounts) };
  }
}
