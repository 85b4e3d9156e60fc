import { isUtf8 } from 'node:buffer';
import { Controller, Get, Param } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import { Alert } from '../../components/alert.tsx';
import { StateBadge } from '../../components/badge.tsx';
import { Amount, numberText } from '../../components/money.tsx';
import { Progress } from '../../components/progress.tsx';
import { At } from '../../components/time.tsx';
import { Facts, Table } from '../../components/table.tsx';
import { NoRows } from '../../components/no-rows.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, page, redirect } from '../../pages/answer.ts';
import { downloaded } from '../../pages/downloaded.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { inContract } from '../../visit/audiences.ts';
import { mayIn } from '../../visit/me.ts';
import { pageIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, ofContract, readContract } from '../contracts/contract-words.tsx';
import { underContract } from '../contracts/contract-form.ts';
import { affectsText, IMPORT, type Import } from './id-words.tsx';
import type { Named } from '../../visit/named.ts';

type AtImport = Named<'contract' | 'import'>;

/** Many IDs from a file: a trial first, then in earnest; both show how far they are, also after a reload. */
@Controller('portal/contracts/:contract/imports')
export class ImportsController {
  @Get()
  @Access(inContract('ids', 'operator'))
  async list(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t, api, query } = visit;
    const [contract, { items, nextCursor }] = await Promise.all([
      readContract(visit, id),
      api.GET('/v1/contracts/{id}/imports', {
        params: { path: { id }, query: pageIn(query) },
      }),
    ]);
    const title = t('CSVの取り込み', 'Imports');
    return page({
      title,
      ...underContract(visit, contract, 'ids'),
      actions: (
        <ActionLink
          main
          href={`${contractPath(id)}/imports/new`}
          label={t('CSVを取り込む', 'Import a file')}
        />
      ),
      body: (
        <Table<Import>
          caption={title}
          rows={items}
          nextCursor={nextCursor}
          empty={
            <NoRows
              why={t('取り込みはまだありません。', 'There is no import yet.')}
              href={`${contractPath(id)}/imports/new`}
              act={t('CSVを取り込む', 'Import a file')}
            />
          }
          columns={[
            {
              head: t('日時', 'When'),
              names: true,
              cell: (each) => (
                <a href={`${contractPath(id)}/imports/${each.id}`}>
                  <At at={each.createdAt} />
                </a>
              ),
            },
            {
              head: t('種類', 'Kind'),
              cell: ({ dryRun }) => (dryRun ? t('確認だけ', 'Trial') : t('取り込み', 'Import')),
            },
            { head: t('状態', 'State'), cell: ({ status }) => <StateBadge of={IMPORT[status]} /> },
            { head: t('行数', 'Rows'), number: true, cell: ({ total }) => <Amount value={total} /> },
            { head: t('エラー', 'Errors'), number: true, cell: ({ failed }) => <Amount value={failed} /> },
          ]}
        />
      ),
    });
  }

  @FormAt('new')
  @Access(inContract('ids', 'operator'))
  async send(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t } = visit;
    const contract = await readContract(visit, id);
    const back = `${contractPath(id)}/imports`;
    return runForm(visit, {
      title: t('CSVの取り込み', 'Import a file'),
      lead: t(
        'まず「確認だけ」で誤りを確かめ、同じファイルで取り込むことをお勧めします。',
        'A trial first shows what is wrong; then import the same file.',
      ),
      initial: { mode: 'trial' },
      above: (
        <Alert
          kind="info"
          title={t(
            '列は externalId,displayName,action です。',
            'The columns are externalId,displayName,action.',
          )}
          details={t(
            'action は register（登録）・deregister（解除）・suspend（停止）・resume（再開）のいずれかです。10万行、16 MBまで取り込めます。',
            'action is register, deregister, suspend or resume. Up to 100,000 rows and 16 MiB.',
          )}
        />
      ),
      fields: [
        {
          kind: 'file',
          name: 'file',
          label: t('CSVファイル', 'CSV file'),
          required: true,
          accept: '.csv,text/csv',
        },
        {
          kind: 'choice',
          name: 'mode',
          label: t('処理', 'What to do'),
          required: true,
          options: [
            { value: 'trial', label: t('確認だけ（何も変更しない）', 'Trial, changes nothing') },
            { value: 'import', label: t('取り込む', 'Import') },
          ],
        },
      ],
      submit: t('ファイルを送信する', 'Send the file'),
      page: {
        section: 'ids',
        ...ofContract(contract),
        trail: [{ href: back, label: t('取り込みの一覧', 'Imports') }],
      },
      send: async (values) => {
        const file = visit.form.file('file');
        const started = await visit.api.POST('/v1/contracts/{id}/ids/imports', {
          params: {
            path: { id },
            query: { dryRun: values['mode'] === 'trial' },
          },
          headers: { 'content-type': `text/csv; charset=${charsetOf(file?.bytes)}` },
          body: new Uint8Array(file?.bytes ?? []) as never,
          bodySerializer: (bytes) => bytes as never,
        });
        return redirect(`${back}/${started.id}`);
      },
    });
  }

  @Get(':import')
  @Access(inContract('ids', 'operator'))
  async one(@Visited() visit: Signed, @Param() { contract: id, import: iid }: AtImport): Promise<Answer> {
    const { t, api, me } = visit;
    const [contract, found] = await Promise.all([
      readContract(visit, id),
      api.GET('/v1/contracts/{id}/imports/{iid}', { params: { path: { id, iid } } }),
    ]);
    const running = found.status !== 'completed';
    const back = `${contractPath(id)}/imports`;
    return page({
      title: found.dryRun
        ? t('CSVの確認結果', 'Trial of a file')
        : t('CSVの取り込み結果', 'Import of a file'),
      section: 'ids',
      ...ofContract(contract),
      trail: [{ href: back, label: t('取り込みの一覧', 'Imports') }],
      refresh: running ? 2 : undefined,
      lead: <StateBadge of={IMPORT[found.status]} />,
      actions: (
        <>
          {!running && (
            <ActionLink
              href={`${back}/${iid}/results.csv`}
              label={t('行ごとの結果をダウンロードする', 'Download the result of each row')}
            />
          )}
          {found.dryRun && !running && mayIn(me, 'ids') && (
            <ActionLink main href={`${back}/new`} label={t('取り込みへ進む', 'Go on to the import')} />
          )}
        </>
      ),
      body: (
        <>
          {running ? (
            <Alert
              kind="info"
              title={t(
                '処理しています。この画面を閉じても続きます。',
                'It goes on, also when this page is closed.',
              )}
            >
              <Progress label={t('処理した行', 'Rows')} done={found.done} total={found.total} />
            </Alert>
          ) : (
            <Alert
              kind={found.failed > 0 ? 'warning' : 'success'}
              title={
                found.dryRun
                  ? t(
                      '確認が終わりました。まだ何も変更していません。',
                      'The trial is over. Nothing was changed.',
                    )
                  : t('取り込みが終わりました。', 'The import is complete.')
              }
            >
              {found.failed > 0 && (
                <p>
                  {t(
                    `${found.failed}行にエラーがあります。行ごとの結果で確かめてください。`,
                    `${numberText(found.failed)} rows are at fault: see the result of each row.`,
                  )}
                </p>
              )}
            </Alert>
          )}
          <Facts
            facts={[
              [t('行数', 'Rows'), <Amount value={found.total} />],
              [t('登録', 'Registered'), <Amount value={found.registered} />],
              [t('解除', 'Deregistered'), <Amount value={found.deregistered} />],
              [t('停止', 'Suspended'), <Amount value={found.suspended} />],
              [t('再開', 'Resumed'), <Amount value={found.resumed} />],
              [t('変更なし', 'Unchanged'), <Amount value={found.unchanged} />],
              [t('エラー', 'Errors'), <Amount value={found.failed} />],
              [t('受け付け', 'Received'), <At at={found.createdAt} />],
              found.finishedAt !== null && [t('終了', 'Finished'), <At at={found.finishedAt} />],
            ]}
          />
          {affectsText(found.affects, t) !== undefined && <p>{affectsText(found.affects, t)}</p>}
        </>
      ),
    });
  }

  @Get(':import/results.csv')
  @Access(inContract('ids', 'operator'))
  results(@Visited() visit: Signed, @Param() { contract: id, import: iid }: AtImport): Promise<Answer> {
    return downloaded(
      visit.api.files.GET('/v1/contracts/{id}/imports/{iid}/results.csv', {
        params: { path: { id, iid }, query: { encoding: 'utf-8-bom' } },
      }),
      `${iid}.csv`,
    );
  }
}

/** What Japanese spreadsheets write without being asked is Shift_JIS; what is valid as UTF-8 is that. */
const charsetOf = (bytes: Uint8Array | undefined): 'utf-8' | 'shift_jis' =>
  bytes === undefined || isUtf8(bytes) ? 'utf-8' : 'shift_jis';
