import { Controller, Get } from '@nestjs/common';
import { Pager } from '../../components/table.tsx';
import { type Answer, page } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { office } from '../../visit/audiences.ts';
import { chosen, pageIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractNames } from '../contracts/contract-names.tsx';
import { Corrections } from './document-words.tsx';

/** Differences of all contracts that were found after an invoice was issued. */
@Controller('portal/corrections')
export class CorrectionsController {
  @Get()
  @Access(office)
  async list(@Visited() visit: Signed): Promise<Answer> {
    const { t, api, query, path } = visit;
    const state = chosen(query, 'state', ['waiting', 'billed'] as const);
    const { items, nextCursor } = await api.GET('/v1/corrections', {
      params: { query: { ...(state && { state }), ...pageIn(query) } },
    });
    const names = await contractNames(visit, items);
    return page({
      title: t('発行後に判明した差額', 'Differences found after the issue'),
      section: 'invoices',
      trail: [{ href: '/portal/invoices', label: t('請求書', 'Invoices') }],
      lead: t(
        '次回の請求で調整するか、訂正の書類を発行します。',
        'Adjusted by the next invoice, or by a correction of its own.',
      ),
      body: (
        <>
          <nav class="pager" aria-label={t('状態', 'State')}>
            <a href={path} aria-current={state === undefined ? 'page' : undefined}>
              {t('すべて', 'All')}
            </a>
            <a href={`${path}?state=waiting`} aria-current={state === 'waiting' ? 'page' : undefined}>
              {t('待っているもの', 'Waiting')}
            </a>
            <a href={`${path}?state=billed`} aria-current={state === 'billed' ? 'page' : undefined}>
              {t('反映済み', 'Billed')}
            </a>
          </nav>
          <Corrections rows={items} contracts={names} />
          <Pager nextCursor={nextCursor} />
        </>
      ),
    });
  }
}
