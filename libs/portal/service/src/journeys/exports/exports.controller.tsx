import { Controller, Get, Param, Post } from '@nestjs/common';
import { ok, type Schemas } from '../../api/portal-api.ts';
import { Alert } from '../../components/alert.tsx';
import { Badge, type Tone } from '../../components/badge.tsx';
import { Amount, numberText, yenText } from '../../components/money.tsx';
import { Progress } from '../../components/progress.tsx';
import { At, dayText, monthAfter, monthOf, monthText } from '../../components/time.tsx';
import { Facts, Pager, Panel, Table } from '../../components/table.tsx';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, page, redirect } from '../../pages/answer.ts';
import { downloaded } from '../../pages/downloaded.ts';
import { Done, Heading } from '../../pages/layout.tsx';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import { cursorIn, doneIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { taxText } from '../billing/document-words.tsx';
import { filled } from '../contracts/decisions.controller.tsx';
import { FORMATS, formatText } from './export-words.ts';

type Export = Schemas['Export'];

const STATE: Readonly<Record<Export['state'], readonly [Tone, string, string]>> = {
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
    const { t, language, api, query, path } = visit;
    const { items, nextCursor } = await ok(
      api.GET('/v1/exports', { params: { query: { limit: 50, ...cursorIn(query) } } }),
    );
    const title = t('会計連携', 'Accounting');
    return page({
      title,
      section: 'exports',
      body: (
        <>
          <Heading
            title={title}
            lead={t(
              '月の書類を、会計システムに取り込むファイルにします。',
              'A month’s documents as a file for the accounting system.',
            )}
          >
            <a class="button" href="/portal/exports/new">
              {t('ファイルを作成する', 'Make a file')}
            </a>
          </Heading>
          <Table<Export>
            caption={title}
            rows={items}
            empty={
              <p>
                {t('ファイルはまだありません。', 'There is no file yet.')}{' '}
                <a href="/portal/exports/new">{t('ファイルを作成する', 'Make one')}</a>
              </p>
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
                cell: ({ state }) => (
                  <Badge tone={STATE[state][0]} text={t(STATE[state][1], STATE[state][2])} />
                ),
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
                cell: ({ requestedAt }) => <At at={requestedAt} language={language} />,
              },
            ]}
          />
          <Pager t={t} path={path} query={query} nextCursor={nextCursor} />
        </>
      ),
    });
  }

  @Get('new')
  @Access(only('operator', 'finance'))
  form(@Visited() visit: Signed): Promise<Answer> {
    return this.make(visit);
  }

  @Post('new')
  @Access(only('operator', 'finance'))
  make(@Visited() visit: Signed): Promise<Answer> {
    const { t } = visit;
    return runForm(visit, {
      title: t('会計用ファイルの作成', 'Make a file for accounting'),
      initial: { month: monthAfter(monthOf(visit.today), -1), format: 'canonical-csv' },
      fields: [
        { kind: 'month', name: 'month', label: t('対象月', 'Month'), required: true },
        {
          kind: 'list',
          name: 'format',
          label: t('形式', 'Format'),
          required: true,
          options: Object.entries(FORMATS).map(([value, words]) => ({ value, label: t(...words) })),
        },
        {
          kind: 'list',
          name: 'encoding',
          label: t('文字コード', 'Encoding'),
          hint: t('選ばなければ、製品に合わせます。', 'What the product takes, where it is left.'),
          options: [
            { value: 'utf-8-bom', label: 'UTF-8' },
            { value: 'shift_jis', label: 'Shift_JIS' },
          ],
        },
      ],
      submit: t('ファイルを作成する', 'Make the file'),
      back: { href: '/portal/exports', label: t('戻る', 'Back') },
      page: {
        section: 'exports',
        trail: [{ href: '/portal/exports', label: t('会計連携', 'Accounting') }],
      },
      send: async (values, { key }) => {
        const made = await ok(
          visit.api.POST('/v1/exports', {
            params: { header: { 'Idempotency-Key': key } },
            body: {
              month: values['month']!,
              format: values['format'] as Schemas['ExportForm']['format'],
              ...(values['encoding'] && { encoding: values['encoding'] as 'utf-8-bom' }),
            },
          }),
        );
        return redirect(`/portal/exports/${made.id}?done=made`);
      },
    });
  }

  @Get(':export')
  @Access(only('operator', 'finance'))
  async one(@Visited() visit: Signed, @Param('export') id: string): Promise<Answer> {
    const { t, language, api, query } = visit;
    const found = await ok(api.GET('/v1/exports/{id}', { params: { path: { id } } }));
    const { state, progress, acknowledgement } = found;
    const title = t(`会計用ファイル ${found.number}`, `File ${found.number}`);
    const done = doneIn(query, {
      made: t('ファイルの作成を受け付けました', 'The file was asked for'),
      acknowledged: t('受領を記録しました', 'The acknowledgement was recorded'),
    });
    return page({
      title,
      section: 'exports',
      trail: [{ href: '/portal/exports', label: t('会計連携', 'Accounting') }],
      refresh: state === 'running' ? 2 : undefined,
      body: (
        <>
          {done !== undefined && <Done text={done} />}
          <Heading
            title={title}
            lead={<Badge tone={STATE[state][0]} text={t(STATE[state][1], STATE[state][2])} />}
          >
            {state === 'finished' && (
              <>
                <a class="button" href={`/portal/exports/${id}/file`}>
                  {t('ダウンロードする', 'Download')}
                </a>
                <a class="button secondary" href={`/portal/exports/${id}/acknowledgement`}>
                  {t('受領を記録する', 'Record the acknowledgement')}
                </a>
              </>
            )}
          </Heading>
          {progress !== undefined && state === 'running' && (
            <Progress label={t('処理した書類', 'Documents')} done={progress.documents} total={progress.of} />
          )}
          {state === 'refused' && (
            <Alert
              kind="error"
              title={t(
                'この形式では表せない内容があります。別の形式を選ぶか、設定をご確認ください。',
                'The format has no place for some of it: choose another, or see the settings.',
              )}
            />
          )}
          <Facts
            facts={[
              [
                t('対象月', 'Month'),
                found.month === undefined ? t('すべて', 'Any') : monthText(found.month, language),
              ],
              [t('形式', 'Format'), formatText(found.format, t)],
              [t('文字コード', 'Encoding'), found.encoding ?? '—'],
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
              [t('依頼', 'Requested'), <At at={found.requestedAt} language={language} />],
            ]}
          />
          {found.totals !== undefined && <ControlTotals visit={visit} totals={found.totals} />}
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

  @Get(':export/acknowledgement')
  @Access(only('operator', 'finance'))
  acknowledgement(@Visited() visit: Signed, @Param('export') id: string): Promise<Answer> {
    return this.acknowledge(visit, id);
  }

  @Post(':export/acknowledgement')
  @Access(only('operator', 'finance'))
  acknowledge(@Visited() visit: Signed, @Param('export') id: string): Promise<Answer> {
    const { t, api } = visit;
    const back = `/portal/exports/${id}`;
    return runForm(visit, {
      title: t('受領の記録', 'Record the acknowledgement'),
      initial: { on: visit.today },
      fields: [
        { kind: 'day', name: 'on', label: t('取り込んだ日', 'Taken in on'), required: true },
        { kind: 'text', name: 'externalId', label: t('会計システムの番号', 'Its number there'), max: 64 },
      ],
      submit: t('記録する', 'Record'),
      back: { href: back, label: t('戻る', 'Back') },
      page: { section: 'exports', trail: [{ href: back, label: t('会計用ファイル', 'File') }] },
      send: async (values, { key }) => {
        await ok(
          api.PUT('/v1/exports/{id}/acknowledgement', {
            params: { path: { id }, header: { 'Idempotency-Key': key } },
            body: { on: values['on']!, ...filled(values, ['externalId']) },
          }),
        );
        return redirect(`${back}?done=acknowledged`);
      },
    });
  }

  @Get(':export/file')
  @Access(only('operator', 'finance'))
  file(@Visited() visit: Signed, @Param('export') id: string): Promise<Answer> {
    return downloaded(
      visit.api.GET('/v1/exports/{id}/file', { params: { path: { id } }, parseAs: 'stream' }),
      id,
    );
  }
}

/** What the file must come to once it is taken in: for comparing, per rate and in all. */
function ControlTotals({
  visit: { t },
  totals,
}: {
  readonly visit: Signed;
  readonly totals: NonNullable<Export['totals']>;
}) {
  return (
    <Panel title={t('照合用の合計', 'Control totals')}>
      <Facts
        facts={[
          [t('書類', 'Documents'), <Amount value={totals.documents} />],
          [t('明細', 'Lines'), <Amount value={totals.lines} />],
          [t('税抜合計', 'Net'), yenText(totals.net)],
          [t('消費税', 'Tax'), yenText(totals.tax)],
          [t('税込合計', 'Gross'), yenText(totals.gross)],
        ]}
      />
      <Table<Schemas['RateTotals']>
        caption={t('税率ごとの合計', 'By rate')}
        rows={totals.rates}
        empty=""
        columns={[
          { head: t('税率', 'Rate'), names: true, cell: ({ taxCode }) => taxText(taxCode, t) },
          { head: t('対象額（税抜）', 'Taxable'), number: true, cell: ({ net }) => yenText(net) },
          { head: t('消費税', 'Tax'), number: true, cell: ({ tax }) => yenText(tax) },
        ]}
      />
    </Panel>
  );
}
