import { Body, Controller, Query } from '@nestjs/common';
import {
  awaitConsistency,
  Command,
  ConsistencyToken,
  CurrentActor,
  notFoundProblem,
  Route,
  PageQuery,
  decodeCursor,
  encodeCursor,
  type CommandContext,
  type Written,
  type ConsistencyMark,
  type Page,
  IdParam,
  inContract,
  orNotFound,
} from '@smartkey/http';
import type { Actor, ContractId } from '@smartkey/kernel';
import { ContractDirectory } from '../directory/contract-directory.ts';
import { seesPersons, type ContractView } from './contract-view.ts';
import { ApplicantChangeForm, ApplicationForm, AsOfQuery, ContractsQuery } from './contract.forms.ts';
import { historyEntry, type HistoryEntry } from './history-view.ts';
import { Contracts } from './contracts.ts';
import { answerOf } from './outcome.ts';
import { ContractList } from './contract-list.ts';

@Controller('v1/contracts')
export class ContractsController {
  constructor(
    private readonly contracts: Contracts,
    private readonly list: ContractList,
    private readonly directory: ContractDirectory,
  ) {}

  @Route('POST', {
    summary: 'Apply for a contract (第1条, 第3条)',
    roles: ['operator'],
    body: ApplicationForm,
    status: 201,
    write: true,
    errors: { 422: 'A field, or a day before 2016-03-01 (附則).' },
  })
  async apply(
    @Body() form: ApplicationForm,
    @Command() context: CommandContext,
  ): Promise<Written<ContractView>> {
    const outcome = await this.contracts.apply(context, () => ({ ...form, type: 'Apply' }));
    return answerOf(outcome, this.contracts.viewAfter(outcome, context.actor));
  }

  @Route('GET', {
    summary: 'Contracts, by status, plan and name',
    description:
      'A contractor sees its own. With asOf or knownAt every contract is looked at as it was then, and a page may be short.',
    roles: ['operator', 'auditor', 'finance', 'contractor'],
    right: 'read',
    consistent: true,
  })
  async find(
    @Query() query: ContractsQuery,
    @CurrentActor() actor: Actor,
    @ConsistencyToken() marks: readonly ConsistencyMark[],
  ): Promise<Page<ContractView>> {
    await awaitConsistency(this.directory.reader, marks);
    return this.list.page(query, actor);
  }

  @Route('GET :id', {
    summary: 'A contract, as it is or was',
    roles: ['operator', 'auditor', 'finance', 'contractor'],
    right: 'read',
    contract: 'id',
    errors: { 404: 'No such contract, or not at that time.' },
  })
  async show(
    @IdParam('id', 'ctr') id: ContractId,
    @Query() at: AsOfQuery,
    @CurrentActor() actor: Actor,
  ): Promise<ContractView> {
    return orNotFound(await this.contracts.view(id, actor, at));
  }

  @Route('GET :id/history', {
    summary: 'Every event of a contract',
    description: 'What names a person is shown to the operator and to the contractor itself.',
    roles: ['operator', 'auditor', 'contractor'],
    right: 'read',
    contract: 'id',
  })
  async history(
    @IdParam('id', 'ctr') id: ContractId,
    @Query() { limit, cursor }: PageQuery,
    @CurrentActor() viewer: Actor,
  ): Promise<Page<HistoryEntry>> {
    const [from] = cursor === undefined ? [0] : decodeCursor(cursor, 'number');
    const { events, next } = await this.contracts.history(id, from, limit);
    if (events.length === 0 && from === 0) throw notFoundProblem();
    const persons = seesPersons(viewer);
    const items = events.map((event) => historyEntry(event, persons));
    return { items, nextCursor: next === undefined ? null : encodeCursor(next) };
  }

  @Route('PATCH :id/applicant', {
    summary: 'Change the applicant; documents issued later use it',
    description: 'null takes department, email or address away.',
    ...inContract('administer'),
    body: ApplicantChangeForm,
    write: true,
    errors: { 409: 'The application was rejected or withdrawn.' },
  })
  changeApplicant(
    @IdParam('id', 'ctr') id: ContractId,
    @Body() form: ApplicantChangeForm,
    @Command() context: CommandContext,
  ): Promise<Written<ContractView>> {
    return this.contracts.answered(id, context, () => ({ ...form, type: 'ChangeApplicant' }));
  }
}
