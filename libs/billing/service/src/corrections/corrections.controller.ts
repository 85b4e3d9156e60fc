import { Controller, Param, Query } from '@nestjs/common';
import {
  ApiTags,
  awaitConsistency,
  ConsistencyToken,
  CurrentActor,
  decodeCursor,
  encodeCursor,
  IsOneOf,
  notFoundProblem,
  orNotFound,
  Route,
  PageQuery,
  pageOf,
  pageOfList,
  type ConsistencyMark,
  type Page,
  IdParam,
} from '@smartkey/http';
import type { Actor, ContractId } from '@smartkey/kernel';
import { AwaitedContracts } from '../ledger/awaited-contracts.ts';
import { InvoiceLog } from '../log/invoice-log.ts';
import { BillingReads } from '../shared/billing-reads.ts';
import { CORRECTION_STATES, type CorrectionRow, type CorrectionState } from './correction-view.ts';
import { Corrections } from './corrections.ts';
import { READERS } from '../shared/readers.ts';

/** `?state=&limit=&cursor=` */
export class CorrectionQuery extends PageQuery {
  @IsOneOf(CORRECTION_STATES, { optional: true, description: 'Default: both.' })
  state?: CorrectionState;
}

@ApiTags('Corrections')
@Controller('v1')
export class CorrectionsController {
  constructor(
    private readonly reads: BillingReads,
    private readonly corrections: Corrections,
    private readonly contracts: AwaitedContracts,
    private readonly invoices: InvoiceLog,
  ) {}

  @Route('GET corrections', {
    summary: 'Lists what was put right of issued months, and what waits',
    description:
      'Contract by contract. What waits is what the next close would bill if nothing else came; a row stays when it is billed, and goes when it comes to nothing. A month that is billed below 0 is a row with a `warning`. A contractor sees its own.',
    roles: READERS,
    right: 'read',
    consistent: true,
  })
  async list(
    @Query() query: CorrectionQuery,
    @CurrentActor() actor: Actor,
    @ConsistencyToken() marks: readonly ConsistencyMark[],
  ): Promise<Page<CorrectionRow>> {
    await this.#upToDate(marks);
    if (actor.contract !== undefined) return this.#ofContract(actor.contract, query);
    const { limit, cursor, state } = query;
    const after = cursor === undefined ? undefined : decodeCursor(cursor, 'ctr', 'number');
    const place = after && { contract: after[0], rows: after[1] };
    const rows = await this.corrections.page(place, limit, { state });
    return pageOf(
      rows,
      limit,
      (last) => encodeCursor(last.contract, last.rows),
      ({ row }) => row,
    );
  }

  @Route('GET contracts/:id/corrections', {
    summary: 'Lists what was put right of a contract’s issued months, and what waits',
    roles: READERS,
    right: 'read',
    contract: 'id',
    consistent: true,
    errors: { 404: 'No such contract.' },
  })
  async ofContract(
    @IdParam('id', 'ctr') contract: ContractId,
    @Query() query: CorrectionQuery,
    @ConsistencyToken() marks: readonly ConsistencyMark[],
  ): Promise<Page<CorrectionRow>> {
    await this.contracts.awaited(contract);
    await this.#upToDate(marks);
    return this.#ofContract(contract, query);
  }

  @Route('GET invoices/:number/corrections', {
    summary: 'Lists what was put right of an invoice, and what waits',
    roles: READERS,
    right: 'read',
    consistent: true,
    errors: { 404: 'No such document, or not this contract’s.' },
  })
  async ofInvoice(
    @Param('number') number: string,
    @Query() query: CorrectionQuery,
    @CurrentActor() actor: Actor,
    @ConsistencyToken() marks: readonly ConsistencyMark[],
  ): Promise<Page<CorrectionRow>> {
    const logged = orNotFound(await this.invoices.find(number));
    const { contract } = logged.invoice;
    if (actor.contract !== undefined && actor.contract !== contract) throw notFoundProblem();
    await this.#upToDate(marks);
    return this.#ofContract(contract, query, number);
  }

  async #upToDate(marks: readonly ConsistencyMark[]): Promise<void> {
    const { documents, ledger } = this.reads;
    await awaitConsistency(ledger, marks);
    await awaitConsistency(documents, marks);
    await documents.current();
  }

  async #ofContract(
    contract: ContractId,
    query: CorrectionQuery,
    number?: string,
  ): Promise<Page<CorrectionRow>> {
    return pageOfList(await this.corrections.of(contract, { state: query.state, number }), query);
  }
}
