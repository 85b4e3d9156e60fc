import type { ApprovalId } from '@smartkey/kernel';
import { Body, Get, HttpCode, Post, Query } from '@nestjs/common';
import { InternalController, IdParam } from '@smartkey/http';
import type {
  CreditNoteApproval,
  CreditNoteApprovals,
  CreditNoteDecided,
  CreditNoteDecision,
} from '@smartkey/messages';
import { CreditNotes } from './credit-notes.ts';
import { CreditNoteDirectory } from './credit-notes.projection.ts';

/** For the contract service, which lists all approvals and passes on decisions about those that are billing's. */
@InternalController('approvals')
export class CreditNoteApprovalsController {
  constructor(
    private readonly notes: CreditNotes,
    private readonly directory: CreditNoteDirectory,
  ) {}

  @Get()
  async list(
    @Query('state') state: string | undefined,
    @Query('after') after: string | undefined,
    @Query('limit') limit: string,
  ): Promise<CreditNoteApprovals> {
    await this.directory.reader.current();
    return { items: await this.notes.approvals(state, after, Number(limit)) };
  }

  @Get(':approval')
  one(@IdParam('approval', 'apr') approval: ApprovalId): Promise<CreditNoteApproval> {
    return this.notes.approval(approval);
  }

  @Post(':approval/decision')
  @HttpCode(200)
  decide(
    @IdParam('approval', 'apr') approval: ApprovalId,
    @Body() decision: CreditNoteDecision,
  ): Promise<CreditNoteDecided> {
    return this.notes.decide(approval, decision);
  }
}
