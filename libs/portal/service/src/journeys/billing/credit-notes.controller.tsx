import { Controller, Get } from '@nestjs/common';
import type { Schemas } from '../../api/portal-api.ts';
import { yenText } from '../../components/money.tsx';
import { Day } from '../../components/time.tsx';
import { Table } from '../../components/table.tsx';
import { type Answer, page } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import { pageIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { ContractLink, contractNames } from '../contracts/contract-names.tsx';
import { creditNoteState } from './invoice-parts.tsx';
import { InvoiceLink } from './invoice-link.tsx';

/** Agreed reductions of all contracts, from what was asked for to what was issued. */
@Controller('portal/credit-notes')
export class CreditNotesController {
  @Get()
  @Access(only('operator', 'finance'))
  async list(@Visited() visit: Signed): Promise<Answer> {
    const { t, api, query } = visit;
    const { items, nextCursor } = await api.GET('/v1/credit-notes', {
      params: { query: pageIn(query) },
    });
    const names = await contractNames(visit, items);
    const title = t('返還', 'Credit notes');
    return page({
      title,
      section: 'invoices',
      trail: [{ href: '/portal/invoices', label: t('請求書', 'Invoices') }],
      lead: t(
        '合意による返還です。請求書の画面から申請し、別の担当者が承認すると発行されます。',
        'Agreed reductions: asked for at an invoice, and issued once another person approves.',
      ),
      body: (
        <Table<Schemas['CreditNote']>
          caption={title}
          rows={items}
          nextCursor={nextCursor}
          empty={t('返還はまだ申請されていません。', 'None was asked for yet.')}
          columns={[
            {
              head: t('元の請求書', 'Invoice'),
              names: true,
              cell: ({ invoice }) => <InvoiceLink number={invoice} />,
            },
            {
              head: t('契約', 'Contract'),
              cell: ({ contract }) => <ContractLink id={contract} names={names} />,
            },
            {
              head: t('金額（税抜）', 'Amount, without tax'),
              number: true,
              cell: ({ amount }) => yenText(amount),
            },
            {
              head: t('合意した日', 'Agreed'),
              cell: ({ agreedOn }) => <Day day={agreedOn} />,
            },
            { head: t('理由', 'Reason'), cell: ({ reason }) => <span class="wide">{reason}</span> },
            {
              head: t('状態', 'State'),
              cell: ({ status, approval }) => (
                <a href={`/portal/approvals/${approval}`}>{creditNoteState(status, t)}</a>
              ),
            },
            {
              head: t('返還の書類', 'Document'),
              cell: ({ number }) => <InvoiceLink number={number} />,
            },
          ]}
        />
      ),
    });
  }
}
