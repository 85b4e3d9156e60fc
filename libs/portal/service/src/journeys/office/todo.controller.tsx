import { Controller, Get } from '@nestjs/common';
import { ok, orNothing, type Schemas } from '../../api/portal-api.ts';
import { At, Month, monthText } from '../../components/time.tsx';
import { Panel, Table } from '../../components/table.tsx';
import { type Answer, page } from '../../pages/answer.ts';
import { Heading } from '../../pages/layout.tsx';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, planName, type Contract } from '../contracts/contract-words.tsx';
import { approvalText } from './approvals.controller.tsx';

/** So many of each kind are shown; the lists behind have all. */
const SHOWN = 20;

/** What waits for the operator. */
@Controller('portal/todo')
export class TodoController {
  @Get()
  @Access(only('operator'))
  async todo(@Visited() visit: Signed): Promise<Answer> {
    const { t, language, api } = visit;
    const [applied, accepted, running, runs, approvals] = await Promise.all([
      ok(api.GET('/v1/contracts', { params: { query: { limit: SHOWN, status: 'applied' } } })),
      ok(api.GET('/v1/contracts', { params: { query: { limit: 200, status: 'accepted' } } })),
      ok(api.GET('/v1/contracts', { params: { query: { limit: 200, status: 'in-service' } } })),
      ok(api.GET('/v1/billing/runs', { params: { query: { limit: 5 } } })),
      orNothing(api.GET('/v1/approvals', { params: { query: { limit: SHOWN, state: 'proposed' } } })),
    ]);
    const contracts = [...accepted.items, ...running.items];
    const changes = contracts.filter(({ pendingPlanChange }) => pendingPlanChange?.status === 'requested');
    const unset = contracts.filter(
      ({ billingStartDate, quotes }) => billingStartDate === null || quotes.length === 0,
    );
    const left = runs.items.filter(({ state }) => state === 'partial');
    const title = t('対応待ち', 'To do');
    const byContract = (
      rows: readonly Contract[],
      empty: string,
      about: (contract: Contract) => string,
      act: readonly [string, (contract: Contract) => string],
    ) => (
      <Table<Contract>
        caption={empty}
        rows={rows}
        empty={<p>{empty}</p>}
        columns={[
          {
            head: t('契約者名', 'Name'),
            names: true,
            cell: ({ id, applicant }) => <a href={contractPath(id)}>{applicant.name}</a>,
          },
          { head: t('内容', 'What'), cell: about },
          {
            head: t('申し込み', 'Applied'),
            cell: ({ appliedAt }) => <At at={appliedAt} language={language} />,
          },
          {
            head: t('操作', 'Actions'),
            cell: (contract) => (
              <a class="button" href={act[1](contract)}>
                {act[0]}
              </a>
            ),
          },
        ]}
      />
    );
    return page({
      title,
      section: 'todo',
      body: (
        <>
          <Heading
            title={title}
            lead={t('運用者の対応を待っているものです。', 'What waits for the operator.')}
          >
            <a class="button secondary" href="/portal/start">
              {t('はじめに', 'First steps')}
            </a>
          </Heading>
          <Panel title={t('申し込み', 'Applications')}>
            {byContract(
              applied.items,
              t('承諾を待つ申し込みはありません。', 'No application waits.'),
              ({ plan }) => planName(plan, t),
              [t('承諾する', 'Accept'), ({ id }) => `${contractPath(id)}/acceptance`],
            )}
          </Panel>
          <Panel title={t('プラン変更', 'Changes of plan')}>
            {byContract(
              changes,
              t('承諾を待つプラン変更はありません。', 'No change of plan waits.'),
              ({ pendingPlanChange }) =>
                pendingPlanChange === null
                  ? ''
                  : t(
                      `${monthText(pendingPlanChange.fromMonth, language)}から${planName(pendingPlanChange.plan, t)}`,
                      `${planName(pendingPlanChange.plan, t)} from ${pendingPlanChange.fromMonth}`,
                    ),
              [t('内容を見る', 'See it'), ({ id }) => `${contractPath(id)}/plan`],
            )}
          </Panel>
          <Panel title={t('料金または課金開始日が未定の契約', 'Contracts without prices or billing start')}>
            {byContract(
              unset.slice(0, SHOWN),
              t('すべての契約で決まっています。', 'All are set.'),
              ({ quotes }) =>
                quotes.length === 0
                  ? t('料金が提示されていません', 'No prices quoted')
                  : t('課金開始日が未定です', 'No billing start'),
              [
                t('決める', 'Set'),
                ({ id, quotes }) =>
                  quotes.length === 0
                    ? `${contractPath(id)}/quotes/new`
                    : `${contractPath(id)}/billing-start`,
              ],
            )}
          </Panel>
          <Panel title={t('承認', 'Approvals')}>
            <Table<Schemas['Approval']>
              caption={t('承認を待つもの', 'Waiting for approval')}
              rows={approvals?.items ?? []}
              empty={<p>{t('承認を待つものはありません。', 'Nothing waits for approval.')}</p>}
              columns={[
                {
                  head: t('内容', 'What'),
                  names: true,
                  cell: ({ id, kind }) => <a href={`/portal/approvals/${id}`}>{approvalText(kind, t)}</a>,
                },
                {
                  head: t('契約', 'Contract'),
                  cell: ({ contract }) => <a href={contractPath(contract)}>{contract}</a>,
                },
                {
                  head: t('依頼', 'Asked'),
                  cell: ({ requestedAt }) => <At at={requestedAt} language={language} />,
                },
              ]}
            />
          </Panel>
          <Panel title={t('保留のある締め', 'Closes with parked contracts')}>
            <Table<Schemas['CloseRun']>
              caption={t('保留のある締め', 'Closes with parked contracts')}
              rows={left}
              empty={<p>{t('保留のある締めはありません。', 'No close has parked contracts.')}</p>}
              columns={[
                {
                  head: t('対象月', 'Month'),
                  names: true,
                  cell: ({ id, month }) => (
                    <a href={`/portal/runs/${id}`}>
                      <Month month={month} language={language} />
                    </a>
                  ),
                },
                {
                  head: t('保留の契約', 'Parked'),
                  number: true,
                  cell: ({ contracts: { parked } }) => parked,
                },
              ]}
            />
          </Panel>
        </>
      ),
    });
  }
}
