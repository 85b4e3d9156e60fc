import { Controller, Get } from '@nestjs/common';
import { ok, type Schemas } from '../../api/portal-api.ts';
import { Pager, Table } from '../../components/table.tsx';
import { type Answer, page } from '../../pages/answer.ts';
import { Heading } from '../../pages/layout.tsx';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import { cursorIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath } from '../contracts/contract-words.tsx';
import { fileText, Lacking } from './document-files.tsx';

/** Files that documents lack something for, over all contracts. */
@Controller('portal/refused-files')
export class RefusedFilesController {
  @Get()
  @Access(only('operator', 'finance'))
  async list(@Visited() visit: Signed): Promise<Answer> {
    const { t, api, query, path } = visit;
    const { items, nextCursor } = await ok(
      api.GET('/v1/billing/refused-files', { params: { query: { limit: 50, ...cursorIn(query) } } }),
    );
    const title = t('作成できないファイル', 'Files that cannot be made');
    return page({
      title,
      section: 'exports',
      trail: [{ href: '/portal/exports', label: t('会計連携', 'Accounting') }],
      body: (
        <>
          <Heading
            title={title}
            lead={t(
              '書類は発行されています。足りない項目を請求先か発行者の設定に登録すると、自動で作成されます。',
              'The documents stand. Once what is missing is entered, the files are made by themselves.',
            )}
          >
            <a class="button secondary" href="/portal/settings/issuer">
              {t('発行者を設定する', 'Set the issuer')}
            </a>
          </Heading>
          <Table<Schemas['RefusedFile']>
            caption={title}
            rows={items}
            empty={<p>{t('作成できないファイルはありません。', 'Every file was made or is on its way.')}</p>}
            columns={[
              {
                head: t('書類', 'Document'),
                names: true,
                cell: ({ number }) => <a href={`/portal/invoices/${number}`}>{number}</a>,
              },
              { head: t('ファイル', 'File'), cell: ({ kind }) => fileText(kind, t) },
              {
                head: t('足りない項目', 'What is missing'),
                cell: ({ errors }) => <Lacking errors={errors} t={t} />,
              },
              {
                head: t('請求先', 'Billing profile'),
                cell: ({ contract }) => (
                  <a href={`${contractPath(contract)}/billing-profile`}>
                    {t('請求先を変更する', 'Change it')}
                  </a>
                ),
              },
            ]}
          />
          <Pager t={t} path={path} query={query} nextCursor={nextCursor} />
        </>
      ),
    });
  }
}
