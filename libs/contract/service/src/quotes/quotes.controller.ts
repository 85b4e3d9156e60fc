import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { Command, Operation, PageQuery, type CommandContext, type Page } from '@smartkey/http';
import { Contracts } from '../contracts/contracts.ts';
import { answerOf, eventOf, theOne } from '../contracts/outcome.ts';
import { pageOfList } from '../contracts/page-of-list.ts';
import { IssuedMonths } from '../issued-months/issued-months.ts';
import { QuoteForm } from './quote.forms.ts';
import { quoteSchema, quoteView, type QuoteView } from './quote-view.ts';

/** 別途契約者に示す金額 (別紙1). */
@Controller('v1/contracts/:id/quotes')
export class QuotesController {
  constructor(
    private readonly contracts: Contracts,
    private readonly issuedMonths: IssuedMonths,
  ) {}

  @Post()
  @Operation({
    summary: 'Quote the prices of a plan from a month on (別紙1)',
    description:
      'From the application on, also for past months. One that changes what governs an issued month names the quote it replaces, a reason and the agreement.',
    roles: ['operator'],
    contract: 'id',
    body: QuoteForm,
    answer: quoteSchema,
    status: 201,
    write: true,
    errors: { 409: 'The application was rejected or withdrawn.', 422: '別紙1: a price, or an issued month.' },
  })
  async give(@Param('id') id: string, @Body() form: QuoteForm, @Command() context: CommandContext) {
    const issued = await this.issuedMonths.of(id);
    const outcome = await this.contracts.carryOut(id, context, (moment, newIdOf) => ({
      ...moment,
      ...form,
      type: 'GiveQuote',
      quote: newIdOf('quo'),
      issued,
    }));
    const { id: given } = eventOf(outcome, 'PriceQuoted').data.quote;
    return answerOf(outcome, quoteView(theOne(outcome.state.quotes, ({ quote }) => quote.id === given)));
  }

  @Get()
  @Operation({
    summary: 'The quotes of a contract, in the order in which they were given',
    roles: ['operator', 'contractor'],
    contract: 'id',
    page: quoteSchema,
  })
  async list(@Param('id') id: string, @Query() query: PageQuery): Promise<Page<QuoteView>> {
    const { quotes } = await this.contracts.current(id);
    return pageOfList(quotes.map(quoteView), query);
  }
}
