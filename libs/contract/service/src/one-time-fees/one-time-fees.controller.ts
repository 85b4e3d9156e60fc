import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { Command, Operation, PageQuery, type CommandContext, type Page } from '@smartkey/http';
import { Contracts } from '../contracts/contracts.ts';
import { acceptedAfter, answerOf, eventOf, theOne, type Outcome } from '../contracts/outcome.ts';
import { pageOfList } from '../contracts/page-of-list.ts';
import { OneTimeFeeForm, WaiverQuery } from './fee.forms.ts';
import { feeSchema, feeView, type FeeView } from './fee-view.ts';

const viewIn = (outcome: Outcome, id: string): FeeView =>
  feeView(theOne(acceptedAfter(outcome).fees, ({ fee }) => fee === id));

/** 一時費用 (第7条). */
@Controller('v1/contracts/:id/one-time-fees')
export class OneTimeFeesController {
  constructor(private readonly contracts: Contracts) {}

  @Post()
  @Operation({
    summary: 'Charge a one-time fee for a fact that needs no acceptance (第7条)',
    roles: ['operator'],
    contract: 'id',
    body: OneTimeFeeForm,
    answer: feeSchema,
    status: 201,
    write: true,
    errors: {
      409: 'Not accepted, or the month has as many fees as an invoice holds.',
      422: '第7条: the amount or the day.',
    },
  })
  async charge(@Param('id') id: string, @Body() form: OneTimeFeeForm, @Command() context: CommandContext) {
    const outcome = await this.contracts.carryOut(id, context, (moment, newIdOf) => ({
      ...moment,
      ...form,
      type: 'ChargeOneTimeFee',
      fee: newIdOf('fee'),
    }));
    return answerOf(outcome, viewIn(outcome, eventOf(outcome, 'FeeObligationArose').data.fee));
  }

  @Get()
  @Operation({
    summary: 'The one-time fees of a contract, in the order in which they arose',
    roles: ['operator'],
    contract: 'id',
    page: feeSchema,
  })
  async list(@Param('id') id: string, @Query() query: PageQuery): Promise<Page<FeeView>> {
    const fees = (await this.contracts.accepted(id))?.fees ?? [];
    return pageOfList(fees.filter(({ kind }) => kind === 'one-time').map(feeView), query);
  }

  @Delete(':fee')
  @Operation({
    summary: 'Waive a one-time fee',
    roles: ['operator'],
    contract: 'id',
    answer: feeSchema,
    write: true,
  })
  async waive(
    @Param('id') id: string,
    @Param('fee') fee: string,
    @Query() { reason, mistake }: WaiverQuery,
    @Command() context: CommandContext,
  ) {
    const outcome = await this.contracts.carryOut(id, context, (moment) => ({
      ...moment,
      type: 'WaiveFee',
      fee,
      reason,
      mistake,
    }));
    return answerOf(outcome, viewIn(outcome, fee));
  }
}
