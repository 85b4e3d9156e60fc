import { Controller, Get } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import { Pager } from '../../components/table.tsx';
import { type Answer, page } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import { pageIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractNames } from '../contracts/contract-names.tsx';
import { ParkedTable } from './parked-table.tsx';

/** Every contract that waits for a person before it can be billed, whichever close found so. */
@Controller('portal/parked')
export class ParkedController {
  @Get()
  @Access(only('operator', 'finance'))
  async list(@Visited() visit: Signed): Promise<Answer> {
    const { t, api, query } = visit;
    const { items, nextCursor } = await api.GET('/v1/billing/parked', {
      params: { query: pageIn(query) },
    });
    const names = await contractNames(visit, items);
    return page({
      title: t('保留の契約', 'Parked contracts'),
      section: 'runs',
      trail: [{ href: '/portal/runs', label: t('月次締め', 'Month close') }],
      lead: t(
        '締めで請求できなかった契約のすべてです。原因を直してから、もう一度締めると請求されます。',
        'All contracts that no close could bill. Put right what is wrong, and close again.',
      ),
      actions: items.length > 0 && (
        <ActionLink main href="/portal/runs/new" label={t('月を締める', 'Close a month')} />
      ),
      body: (
        <>
          <ParkedTable rows={items} names={names} />
          <Pager nextCursor={nextCursor} />
        </>
      ),
    });
  }
}
