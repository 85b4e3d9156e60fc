import type { ContractId } from '@smartkey/kernel';
import { Get, Query } from '@nestjs/common';
import { InternalController, IsText, IsWholeNumberText, MAX_PAGE } from '@smartkey/http';
import { type ListedMail, MailOutbox } from '@smartkey/mail';

class MailsQuery {
  @IsText({ optional: true, max: 100 })
  contract?: ContractId;
  @IsText({ optional: true, max: 100 })
  before?: string;
  /** One more than a page, for whether there is another. */
  @IsWholeNumberText({ min: 1, max: MAX_PAGE + 1 })
  limit!: number;
}

/** `GET /internal/mails?contract=&before=&limit=` → billing's mails, the latest first, for the gateway's list of all. */
@InternalController('mails')
export class MailsController {
  constructor(private readonly outbox: MailOutbox) {}

  @Get()
  async list(@Query() { contract, before, limit }: MailsQuery): Promise<{ items: readonly ListedMail[] }> {
    const items = await this.outbox.list({
      ...(contract !== undefined && { contract }),
      ...(before !== undefined && { before }),
      limit,
    });
    return { items };
  }
}
