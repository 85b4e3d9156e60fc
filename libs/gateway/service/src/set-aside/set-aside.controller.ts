import { Controller, Query } from '@nestjs/common';
import { ApiTags, decodeCursor, invalidCursor, Route, PageQuery, type Page } from '@smartkey/http';
import { FURTHEST, SetAsideList, type SetAsideView } from './set-aside-list.ts';

@ApiTags('Operations')
@Controller('v1/audit/set-aside')
export class SetAsideController {
  constructor(private readonly list: SetAsideList) {}

  @Route('GET', {
    summary: 'What services could not read and have set aside: streams of events, and records of topics',
    description:
      'A month’s close parks the contracts concerned. What they hold and why they were refused is told on the server alone (`npm run cli -- parked list`, `dead-letters list`), since it may be personal.',
    roles: ['operator', 'auditor'],
  })
  find(@Query() { limit, cursor }: PageQuery): Promise<Page<SetAsideView>> {
    const [skip] = cursor === undefined ? [0] : decodeCursor(cursor, 'number');
    if (skip > FURTHEST) throw invalidCursor();
    return this.list.page(skip, limit);
  }
}
