import { Controller, Query } from '@nestjs/common';
import { ApiTags, CurrentActor, decodeCursor, Route, PageQuery } from '@smartkey/http';
import type { Actor } from '@smartkey/kernel';
import { MailList } from './mail-list.ts';
import type { MailPage } from './mail-view.ts';

@ApiTags('Mails')
@Controller('v1/mails')
export class MailsController {
  constructor(private readonly mails: MailList) {}

  @Route('GET', {
    summary: 'Lists the mails that were sent or wait, the latest first, without what they say',
    description:
      'A contractor sees those of its contract. Ninety days after it went or was refused a mail is forgotten.',
    roles: ['operator', 'contractor'],
    right: 'read',
    errors: { 422: 'A parameter is broken.' },
  })
  list(@Query() { limit, cursor }: PageQuery, @CurrentActor() actor: Actor): Promise<MailPage> {
    const [before] = cursor === undefined ? [undefined] : decodeCursor(cursor, 'string');
    return this.mails.page({ contract: actor.contract, before, limit });
  }
}
