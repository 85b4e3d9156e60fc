import { Controller, Get, Param } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import type { Schemas } from '../../api/portal-api.ts';
import { StateBadge, type States } from '../../components/badge.tsx';
import { Amount, numberText } from '../../components/money.tsx';
import { Progress } from '../../components/progress.tsx';
import { At, dayText, monthText } from '../../components/time.tsx';
import { Facts, Panel, Table } from '../../components/table.tsx';
import { NoRows } from '../../components/no-rows.tsx';
import { type Answer, page } from '../../pages/answer.ts';
import { downloaded } from '../../pages/downloaded.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import { pageIn, doneIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { ControlTotals, Faults } from './export-parts.tsx';
import { ENCODINGS, formatText, isArchive } from './export-words.ts';

type Export = Schemas['Export'];

const STATE: States<Export['state']> = {
  running: ['busy', '作成中', 'Being made'],
  finished: ['good', '完成', 'Finished'],
  refused: ['bad', '作成できません', 'Refused'],
};

/** Files for the accounting system, what they are checked by, and what that system has said of them. */
@Controller('portal/exports')
export class ExportsController {
  @Get()
  @Access(only('operator', 'finance'))
  async list(@Visited() visit: Signed): Promise<Answer> {
    const { t, language, api, query } = visit;
    const { items, nextCursor } = await api.GET('/v1/exports', { params: { query: pageIn(query) } });
    const title = t('会計連携', 'Accounting');
    return page({
      title,
      section: 'exports',
      lead: t(
        '月の書類を、会計システムに取り込むファイルにします。',
        'A month’s documents as a file for the accounting system.',
      ),
      actions: (
        <>
          <ActionLink main href="/portal/exports/new" label={t('ファイルを作成する', 'Make a file')} />
          <ActionLink href="/portal/settings/exports" label={t('書き出しの設定', 'How files are written')} />
          <ActionLink
            href="/portal/refused-files"
            label={t('作成できないファイル', 'Files that cannot be made')}
          />
        </>
      ),
      body: (
        <Table<Export>
          caption={title}
          rows={items}
          nextCursor={nextCursor}
          empty={
            <NoRows
              why={t('ファイルはまだありません。', 'There is no file yet.')}
              href="/portal/exports/new"
              act={t('ファイルを作成する', 'Make one')}
            />
          }
          columns={[
            {
              head: t('番号', 'Number'),
              names: true,
              cell: ({ id, number }) => <a href={`/portal/exports/${id}`}>{number}</a>,
            },
            {
              head: t('対象月', 'Month'),
              cell: ({ month }) => (month === undefined ? t('すべて', 'Any') : monthText(month, language)),
            },
            { head: t('形式', 'Format'), cell: ({ format }) => formatText(format, t) },
            {
              head: t('状態', 'State'),
              cell: ({ state }) => <StateBadge of={STATE[state]} />,
            },
            {
              head: t('書類', 'Documents'),
              number: true,
              cell: ({ documents }) => <Amount value={documents ?? 0} />,
            },
            {
              head: t('受領', 'Acknowledged'),
              cell: ({ acknowledgement }) =>
                acknowledgement === undefined ? t('まだ', 'Not yet') : t('受領済み', 'Yes'),
            },
            {
              head: t('依頼', 'Requested'),
              cell: ({ requestedAt }) => <At at={requestedAt} />,
            },
          ]}
        />
      ),
    });
  }

  @Get(':export')
  @Access(only('operator', 'finance'))
  async one(@Visited() visit: Signed, @Param('export') id: string): Promise<Answer> {
    const { t, language, api, query } = visit;
    const found = await api.GET('/v1/exports/{id}', { params: { path: { id } } });
    const { state, progress, acknowledgement } = found;
    return page({
      title: t(`会計用ファイル ${found.number}`, `File ${found.number}`),
      section: 'exports',
      trail: [{ href: '/portal/exports', label: t('会計連携', 'Accounting') }],
      refresh: state === 'running' ? 2 : undefined,
      lead: <StateBadge of={STATE[state]} />,
      done: doneIn(query, {
        made: t('ファイルの作成を受け付けました', 'The file was asked for'),
        acknowledged: t('受領を記録しました', 'The acknowledgement was recorded'),
      }),
      actions: state === 'finished' && (
        <>
          <ActionLink
            main
            href={`/portal/exports/${id}/file`}
            label={
              isArchive(found)
                ? t('ZIPをダウンロードする', 'Download ZIP')
                : t('CSVをダウンロードする', 'Download CSV')
            }
          />
          <ActionLink
            href={`/portal/exports/${id}/acknowledgement`}
            label={t('受領を記録する', 'Record the acknowledgement')}
          />
        </>
      ),
      body: (
        <>
          {progress !== undefined && state === 'running' && (
            <Progress label={t('処理した書類', 'Documents')} done={progress.documents} total={progress.of} />
          )}
          {state === 'refused' && <Faults t={t} count={found.faults ?? 0} errors={found.errors ?? []} />}
          <Facts
            facts={[
              [
                t('対象月', 'Month'),
                found.month === undefined ? t('すべて', 'Any') : monthText(found.month, language),
              ],
              [t('形式', 'Format'), formatText(found.format, t)],
              found.since !== undefined && [
                t('範囲', 'Which'),
                found.since === 'last'
                  ? t('前回のあとの分', 'Since the last file')
                  : t(`${dayText(found.since, language)}以降に発行`, `Issued from ${found.since} on`),
              ],
              [t('文字コード', 'Encoding'), found.encoding === undefined ? '—' : ENCODINGS[found.encoding]],
              found.files !== undefined && [t('含まれる表', 'Tables'), found.files.join('、')],
              found.settings !== undefined && [
                t('設定の版', 'Version of the settings'),
                <a href="/portal/settings/exports">{numberText(found.settings)}</a>,
              ],
              [t('書類の数', 'Documents'), <Amount value={found.documents ?? 0} />],
              [
                t('番号の範囲', 'Numbers'),
                found.first === undefined ? '—' : `${found.first} – ${found.last ?? ''}`,
              ],
              [t('行数', 'Rows'), <Amount value={found.rows ?? 0} />],
              [
                t('大きさ', 'Size'),
                t(`${numberText(found.bytes ?? 0)}バイト`, `${numberText(found.bytes ?? 0)} bytes`),
              ],
              ['SHA-256', <code>{found.sha256 ?? '—'}</code>],
              [t('依頼', 'Requested'), <At at={found.requestedAt} />],
            ]}
          />
          {found.totals !== undefined && <ControlTotals totals={found.totals} />}
          <Panel title={t('会計システムでの受領', 'What the accounting system has said')}>
            {acknowledgement === undefined ? (
              <p>
                {t(
                  'まだ記録されていません。取り込んだら「受領を記録する」で記録します。',
                  'Nothing is recorded yet: record it once the file was taken in.',
                )}
              </p>
            ) : (
              <Facts
                facts={[
                  [
                    t('取り込んだ日', 'Taken in on'),
                    acknowledgement.on === undefined ? '—' : dayText(acknowledgement.on, language),
                  ],
                  [t('会計システムの番号', 'Its number there'), acknowledgement.externalId ?? '—'],
                  [t('番号ごとの受領', 'Documents by number'), <Amount value={acknowledgement.documents} />],
                ]}
              />
            )}
          </Panel>
        </>
      ),
    });
  }

  @Get(':export/file')
  @Access(only('operator', 'finance'))
  file(@Visited() visit: Signed, @Param('export') id: string): Promise<Answer> {
    return downloaded(visit.api.files.GET('/v1/exports/{id}/file', { params: { path: { id } } }), id);
  }
}
