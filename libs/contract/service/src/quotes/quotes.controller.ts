import { Body, Controller, Query } from '@nestjs/common';
import {
  Command,
  Route,
  PageQuery,
  SignedBy,
  type CommandContext,
  type Page,
  type Written,
  pageOfList,
  IdParam,
  inContract,
} from '@smartkey/http';
import type { Signatory, ContractId } from '@smartkey/kernel';
import { PROPOSED, type ProposalView } from '../approvals/approval-view.ts';
import { TwoPersonCommands } from '../approvals/two-person-commands.ts';
import { Contracts } from '../contracts/contracts.ts';
import { answerOf } from '../contracts/outcome.ts';
import { QuoteForm } from './quote.forms.ts';
import { givenQuote, quoteView, type QuoteView } from './quote-view.ts';

/** 別途契約者に示す金額 (別紙1). */
@Controller('v1/contracts/:id/quotes')
export class QuotesController {
  constructor(
    private readonly contracts: Contracts,
    private readonly commands: TwoPersonCommands,
  ) {}

  @Route('POST', {
    summary: 'Quote the prices of a plan from a month on (別紙1)',
    description:
      'From the application on, also for past months. One that changes what governs an issued month names the quote it replaces, where one governed, a reason and the agreement; one that may lower it is proposed.',
    roles: ['operator'],
    stepUp: true,
    contract: 'id',
    body: QuoteForm,
    status: 201,
    also: PROPOSED,
    write: true,
    errors: {
      409: 'The application was rejected or withdrawn; or there are 400 quotes.',
      422: '別紙1: a price, or an issued month.',
    },
  })
  give(
    @IdParam('id', 'ctr') id: ContractId,
    @Body() form: QuoteForm,
    @Command() context: CommandContext,
    @SignedBy() signatory: Signatory,
  ): Promise<Written<QuoteView> | Written<ProposalView, 202>> {
    return this.commands.carryOut(
      id,
      context,
      signatory,
      (newIdOf) => ({ kind: 'quote', command: { ...form, quote: newIdOf('quo') } }),
      (outcome) => answerOf(outcome, givenQuote(outcome)),
    );
  }

  @Route('GET', {
    summary: 'The quotes of a contract, in the order in which they were given',
    ...inContract('read'),
  })
  async list(@IdParam('id', 'ctr') id: ContractId, @Query() query: PageQuery): Promise<Page<QuoteView>> {
    const { quotes } = await this.contracts.current(id);
    return pageOfList(quotes.map(quoteView), query);
  }
}
