import { Controller, Get } from '@nestjs/common';
import { Pager } from '../../components/table.tsx';
import { type Answer, page } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import { pageIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractNames } from '../contracts/contract-names.tsx';
import { SetAside } from './todo-panels.tsx';

/** Everything that services have set aside. */
@Controller('portal/set-aside')
export class SetAsideController {
  @Get()
  @Access(only('operator', 'auditor'))
  async list(@Visited() visit: Signed): Promise<Answer> {
    const { t, api, query, me } = visit;
    const { items, nextCursor } = await api.GET('/v1/audit/set-aside', {
      params: { query: pageIn(query) },
    });
    const names = await contractNames(visit, items);
    const operator = me.roles.includes('operator');
    return page({
      title: t('読み取れない記録', 'Records that cannot be read'),
      section: operator ? 'todo' : 'audit',
      trail: [
        operator
          ? { href: '/portal/todo', label: t('対応待ち', 'To do') }
          : { href: '/portal/audit', label: t('監査', 'Audit') },
      ],
      body: (
        <>
          <SetAside rows={items} names={names} />
          <Pager nextCursor={nextCursor} />
        </>
      ),
    });
  }
}
