import { Controller, Get } from '@nestjs/common';
import { ok } from '../../api/portal-api.ts';
import { Pager } from '../../components/table.tsx';
import { type Answer, page } from '../../pages/answer.ts';
import { Heading } from '../../pages/layout.tsx';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import { cursorIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractNames } from '../contracts/contract-names.tsx';
import { SetAside } from './todo-panels.tsx';

/** Everything that services have set aside. */
@Controller('portal/set-aside')
export class SetAsideController {
  @Get()
  @Access(only('operator', 'auditor'))
  async list(@Visited() visit: Signed): Promise<Answer> {
    const { t, api, query, path, me } = visit;
    const { items, nextCursor } = await ok(
      api.GET('/v1/audit/set-aside', { params: { query: { limit: 50, ...cursorIn(query) } } }),
    );
    const names = await contractNames(visit, items);
    const title = t('読み取れない記録', 'Records that cannot be read');
    const operator = me.roles.includes('operator');
    return page({
      title,
      section: operator ? 'todo' : 'audit',
      trail: [
        operator
          ? { href: '/portal/todo', label: t('対応待ち', 'To do') }
          : { href: '/portal/audit', label: t('監査', 'Audit') },
      ],
      body: (
        <>
          <Heading title={title} />
          <SetAside visit={visit} rows={items} names={names} />
          <Pager t={t} path={path} query={query} nextCursor={nextCursor} />
        </>
      ),
    });
  }
}
