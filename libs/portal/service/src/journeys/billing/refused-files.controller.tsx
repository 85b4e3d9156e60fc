import { Controller, Get } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import type { Schemas } from '../../api/portal-api.ts';
import { Table } from '../../components/table.tsx';
import { type Answer, page } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import { pageIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath } from '../contracts/contract-words.tsx';
import { fileText, Lacking } from './document-files.tsx';
import { InvoiceLink } from './invoice-link.tsx';

/** Files that documents lack something for, over all contracts. */
@Controller('portal/refused-files')
export class RefusedFilesController {
  @Get()
  @Access(only('operator', 'finance'))
  async list(@Visited() visit: Signed): Promise<Answer> {
    const { t, api, query } = visit;
    const { items, nextCursor } = await api.GET('/v1/billing/refused-files', {
      params: { query: pageIn(query) },
    });
    const title = t('作成できないファイル', 'Files that cannot be made');
    return page({
      title,
      section: 'exports',
      trail: [{ href: '/portal/exports', label: t('会計連携', 'Accounting') }],
      lead: t(
        '書類は発行されています。足りない項目を請求先か発行者の設定に登録すると、自動で作成されます。',
        'The documents stand. Once what is missing is entered, the files are made by themselves.',
      ),
      actions: <ActionLink href="/portal/settings/issuer" label={t('発行者を設定する', 'Set the issuer')} />,
      body: (
        <Table<Schemas['RefusedFile']>
          caption={title}
          rows={items}
          nextCursor={nextCursor}
          empty={t('作成できないファイルはありません。', 'Every file was made or is on its way.')}
          columns={[
            {
              head: t('書類', 'Document'),
              names: true,
              cell: ({ number }) => <InvoiceLink number={number} />,
            },
            { head: t('ファイル', 'File'), cell: ({ kind }) => fileText(kind, t) },
            {
              head: t('足りない項目', 'What is missing'),
              cell: ({ errors }) => <Lacking errors={errors} />,
            },
            {
              head: t('請求先', 'Billing profile'),
              cell: ({ contract }) => (
                <a href={`${contractPath(contract)}/billing-profile`}>{t('請求先を変更する', 'Change it')}</a>
              ),
            },
          ]}
        />
      ),
    });
  }
}
