import { Controller, Get, Param } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import type { Schemas } from '../../api/portal-api.ts';
import { StateBadge, type States } from '../../components/badge.tsx';
import { Steps } from '../../components/chart.tsx';
import { Amount, numberText, yenText } from '../../components/money.tsx';
import { Progress } from '../../components/progress.tsx';
import { At, monthAfter, monthOfDate, monthText } from '../../components/time.tsx';
import { Facts, Pager, Panel, Table } from '../../components/table.tsx';
import { NoRows } from '../../components/no-rows.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, page, redirect } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import { pageIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { serviceText } from '../office/service-words.ts';
import { contractNames } from '../contracts/contract-names.tsx';
import { ParkedTable } from './parked-table.tsx';

type CloseRun = Schemas['CloseRun'];

const STATE: States<CloseRun['state']> = {
  waiting: ['busy', '記録の到着待ち', 'Waiting for records'],
  running: ['busy', '処理中', 'Running'],
  completed: ['good', '完了', 'Completed'],
  partial: ['warn', '一部未処理', 'Some are left'],
};

/** Closing a month: started, watched, and what could not be billed. */
@Controller('portal/runs')
export class RunsController {
  @Get()
  @Access(only('operator', 'finance'))
  async list(@Visited() visit: Signed): Promise<Answer> {
    const { t, language, api, query } = visit;
    const { items, nextCursor } = await api.GET('/v1/billing/runs', {
      params: { query: pageIn(query) },
    });
    const title = t('月次締め', 'Month close');
    return page({
      title,
      section: 'runs',
      lead: t(
        '終わった月の請求書を発行します。何度実行しても、二重には発行されません。',
        'Issues the invoices of a month that has ended. Safe to repeat.',
      ),
      actions: <ActionLink main href="/portal/runs/new" label={t('月を締める', 'Close a month')} />,
      body: (
        <Table<CloseRun>
          caption={title}
          rows={items}
          nextCursor={nextCursor}
          empty={
            <NoRows
              why={t('締めはまだ実行されていません。', 'No month was closed yet.')}
              href="/portal/runs/new"
              act={t('月を締める', 'Close a month')}
            />
          }
          columns={[
            {
              head: t('対象月', 'Month'),
              names: true,
              cell: ({ id, month }) => <a href={`/portal/runs/${id}`}>{monthText(month, language)}</a>,
            },
            { head: t('状態', 'State'), cell: ({ state }) => <StateBadge of={STATE[state]} /> },
            {
              head: t('契約', 'Contracts'),
              number: true,
              cell: ({ contracts }) => <Amount value={contracts.total} />,
            },
            {
              head: t('発行', 'Issued'),
              number: true,
              cell: ({ contracts }) => <Amount value={contracts.issued} />,
            },
            {
              head: t('請求なし', 'Nothing due'),
              number: true,
              cell: ({ contracts }) => <Amount value={contracts.nothingDue} />,
            },
            {
              head: t('保留', 'Parked'),
              number: true,
              cell: ({ contracts }) => <Amount value={contracts.parked} />,
            },
            {
              head: t('開始', 'Started'),
              cell: ({ requestedAt }) => <At at={requestedAt} />,
            },
          ]}
        />
      ),
    });
  }

  @FormAt('new')
  @Access(only('operator', 'finance'))
  close(@Visited() visit: Signed): Promise<Answer> {
    const { t, language } = visit;
    return runForm(visit, {
      title: t('月を締める', 'Close a month'),
      initial: { month: monthAfter(monthOfDate(visit.today), -1) },
      fields: [
        {
          kind: 'month',
          name: 'month',
          label: t('対象月', 'Month'),
          required: true,
          hint: t('終わった月だけを締められます。', 'Only a month that has ended.'),
        },
      ],
      submit: t('請求書を発行する', 'Issue the invoices'),
      page: { section: 'runs', trail: [{ href: '/portal/runs', label: t('月次締め', 'Month close') }] },
      foresee: (values) => ({
        kind: 'warning',
        title: t(
          `${monthText(values['month']!, language)}の請求書を、すべての契約について発行します。`,
          `The invoices of ${values['month']} are issued for every contract.`,
        ),
        details: t(
          '発行した請求書は取り消せません。あとで判明した差額は、次回の請求で調整するか、訂正の書類を発行します。',
          'What is issued stays; differences found later are adjusted or corrected.',
        ),
      }),
      send: async (values) => {
        const { runId } = await visit.api.POST('/v1/billing/months/{month}/close', {
          params: { path: { month: values['month']! } },
        });
        return redirect(`/portal/runs/${runId}`);
      },
    });
  }

  @Get(':run')
  @Access(only('operator', 'finance'))
  async one(@Visited() visit: Signed, @Param('run') id: string): Promise<Answer> {
    const { t, language, api, query } = visit;
    const run = await api.GET('/v1/billing/runs/{run}', { params: { path: { run: id } } });
    const parked = await api.GET('/v1/billing/runs/{run}/parked', {
      params: { path: { run: id }, query: pageIn(query) },
    });
    const names = await contractNames(visit, parked.items);
    const { contracts, documents, waiting } = run;
    const under = run.state === 'waiting' || run.state === 'running';
    const done = contracts.issued + contracts.corrected + contracts.nothingDue + contracts.parked;
    return page({
      title: t(`${monthText(run.month, language)}の締め`, `Close of ${run.month}`),
      section: 'runs',
      trail: [{ href: '/portal/runs', label: t('月次締め', 'Month close') }],
      refresh: under ? 2 : undefined,
      lead: <StateBadge of={STATE[run.state]} />,
      actions: (
        <>
          {!under && (
            <ActionLink
              main
              href={`/portal/invoices?month=${run.month}`}
              label={t('請求書を見る', 'See the invoices')}
            />
          )}
          {run.state === 'partial' && (
            <ActionLink href="/portal/runs/new" label={t('もう一度締める', 'Close again')} />
          )}
        </>
      ),
      body: (
        <>
          <Steps
            label={t('締めの進み具合', 'How far the close is')}
            at={run.state === 'waiting' ? 0 : run.state === 'running' ? 1 : 2}
            steps={[
              {
                label: t('記録がそろうのを待つ', 'All records in'),
                detail:
                  run.waitingFor.length > 0
                    ? run.waitingFor.map((each) => serviceText(each, t)).join(t('、', ', '))
                    : t('そろいました', 'Complete'),
              },
              {
                label: t('計算して発行する', 'Rate and issue'),
                detail: `${numberText(done)} / ${numberText(contracts.total)}`,
              },
              {
                label: t('完了', 'Complete'),
                detail: t(
                  `${numberText(documents.invoices + documents.overtaken + documents.corrections)}件を発行`,
                  `${numberText(documents.invoices + documents.overtaken + documents.corrections)} documents`,
                ),
              },
            ]}
          />
          {under && <Progress label={t('処理した契約', 'Contracts')} done={done} total={contracts.total} />}
          <Facts
            facts={[
              [t('契約', 'Contracts'), <Amount value={contracts.total} />],
              [t('請求書を発行した契約', 'Issued'), <Amount value={contracts.issued} />],
              [t('訂正だけの契約', 'Corrected alone'), <Amount value={contracts.corrected} />],
              [t('請求がない契約', 'Nothing due'), <Amount value={contracts.nothingDue} />],
              [t('保留の契約', 'Parked'), <Amount value={contracts.parked} />],
              [
                t('この締めの書類', 'Documents of this run'),
                t(
                  `請求書 ${documents.invoices}、遅れた月 ${documents.overtaken}、訂正 ${documents.corrections}`,
                  `${documents.invoices} invoices, ${documents.overtaken} overtaken, ${documents.corrections} corrections`,
                ),
              ],
              [
                t('まだ待っている差額（税抜）', 'Differences that wait'),
                t(
                  `${waiting.contracts}契約、${yenText(waiting.net)}`,
                  `${numberText(waiting.contracts)} contracts, ${numberText(waiting.net)} yen`,
                ),
              ],
              [t('開始', 'Started'), <At at={run.requestedAt} />],
              [t('更新', 'Updated'), <At at={run.updatedAt} />],
            ]}
          />
          <Panel title={t('保留の契約', 'Parked contracts')}>
            <ParkedTable rows={parked.items} names={names} />
            <Pager nextCursor={parked.nextCursor} />
          </Panel>
        </>
      ),
    });
  }
}
