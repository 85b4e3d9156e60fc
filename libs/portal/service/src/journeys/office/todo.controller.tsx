import { Controller, Get } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import { orNothing, type Schemas } from '../../api/portal-api.ts';
import { At, monthText } from '../../components/time.tsx';
import { Panel } from '../../components/table.tsx';
import { type Answer, page } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractNames } from '../contracts/contract-names.tsx';
import { contractPath, planName } from '../contracts/contract-words.tsx';
import { ParkedTable } from '../close/parked-table.tsx';
import { ApprovalsThatWait, ContractsThatWait, Notices, SetAside } from './todo-panels.tsx';

/** So many of each kind are shown; the lists behind have all. */
const SHOWN = 20;

/** What waits for the operator. */
@Controller('portal/todo')
export class TodoController {
  @Get()
  @Access(only('operator'))
  async todo(@Visited() visit: Signed): Promise<Answer> {
    const { t, language, api, query } = visit;
    const contracts = (about: { status: 'applied' } | { awaits: 'plan-change' | 'terms' }) =>
      api.GET('/v1/contracts', { params: { query: { limit: SHOWN, ...about } } });
    const notified = query.get('notified')?.trim().slice(0, 200) || undefined;
    const [applied, changes, unset, parked, approvals, setAside, found] = await Promise.all([
      contracts({ status: 'applied' }),
      contracts({ awaits: 'plan-change' }),
      contracts({ awaits: 'terms' }),
      api.GET('/v1/billing/parked', { params: { query: { limit: SHOWN } } }),
      orNothing(api.GET('/v1/approvals', { params: { query: { limit: SHOWN, state: 'proposed' } } })),
      api.GET('/v1/audit/set-aside', { params: { query: { limit: SHOWN } } }),
      notified === undefined
        ? undefined
        : api.GET('/v1/contracts', { params: { query: { limit: SHOWN, q: notified } } }),
    ]);
    const proposed: readonly Schemas['Approval'][] = approvals?.items ?? [];
    const names = await contractNames(visit, [...proposed, ...setAside.items, ...parked.items]);
    return page({
      title: t('対応待ち', 'To do'),
      section: 'todo',
      lead: t('運用者の対応を待っているものです。', 'What waits for the operator.'),
      actions: <ActionLink href="/portal/start" label={t('はじめに', 'First steps')} />,
      body: (
        <>
          <ContractsThatWait
            title={t('申し込み', 'Applications')}
            waiting={applied}
            all="status=applied"
            empty={t('承諾を待つ申し込みはありません。', 'No application waits.')}
            about={({ plan }) => planName(plan, t)}
            act={t('承諾する', 'Accept')}
            at={({ id }) => `${contractPath(id)}/acceptance`}
          />
          <ContractsThatWait
            title={t('プラン変更', 'Changes of plan')}
            waiting={changes}
            all="awaits=plan-change"
            empty={t('承諾を待つプラン変更はありません。', 'No change of plan waits.')}
            about={({ pendingPlanChange }) =>
              pendingPlanChange === null
                ? ''
                : t(
                    `${monthText(pendingPlanChange.fromMonth, language)}から${planName(pendingPlanChange.plan, t)}`,
                    `${planName(pendingPlanChange.plan, t)} from ${pendingPlanChange.fromMonth}`,
                  )
            }
            since={({ pendingPlanChange, appliedAt }) => pendingPlanChange?.requestedAt ?? appliedAt}
            act={t('内容を見る', 'See it')}
            at={({ id }) => `${contractPath(id)}/plan`}
          />
          <Notices asked={notified} found={found} />
          <ContractsThatWait
            title={t('料金または課金開始日が未定の契約', 'Contracts without prices or billing start')}
            waiting={unset}
            all="awaits=terms"
            empty={t('すべての契約で決まっています。', 'All are set.')}
            about={({ quotes }) =>
              quotes.length === 0
                ? t('料金が提示されていません', 'No prices quoted')
                : t('課金開始日が未定です', 'No billing start')
            }
            act={t('決める', 'Set')}
            at={({ id, quotes }) =>
              quotes.length === 0 ? `${contractPath(id)}/quotes/new` : `${contractPath(id)}/billing-start`
            }
          />
          <ApprovalsThatWait rows={proposed} names={names} />
          <Panel title={t('保留の契約', 'Parked contracts')}>
            <ParkedTable rows={parked.items} names={names} />
            {parked.nextCursor !== null && (
              <p>
                <a href="/portal/parked">{t('すべて見る', 'See all')}</a>
              </p>
            )}
          </Panel>
          <Panel title={t('読み取れない記録', 'Records that cannot be read')}>
            <SetAside rows={setAside.items} names={names} />
            {setAside.nextCursor !== null && (
              <p>
                <a href="/portal/set-aside">{t('すべて見る', 'See all')}</a>
              </p>
            )}
          </Panel>
          <p class="note">
            {t('時点：', 'As of ')}
            <At at={visit.now} />
          </p>
        </>
      ),
    });
  }
}
