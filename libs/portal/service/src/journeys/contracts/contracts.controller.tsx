import { Controller, Get, Param } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import type { Schemas } from '../../api/portal-api.ts';
import { Day, Month } from '../../components/time.tsx';
import { Table } from '../../components/table.tsx';
import { NoRows } from '../../components/no-rows.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { Filters } from '../../forms/filters.tsx';
import type { Field } from '../../forms/field.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, page, redirect } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { inContract, office, only } from '../../visit/audiences.ts';
import { hasRole } from '../../visit/me.ts';
import type { Signed } from '../../visit/visit.ts';
import { pageIn, soughtIn } from '../../visit/query.ts';
import {
  contractPath,
  planName,
  planOptions,
  StatusBadge,
  statusText,
  type Contract,
} from './contract-words.tsx';
import { overview } from './overview.tsx';

const STATUSES = ['applied', 'accepted', 'in-service', 'terminated', 'rejected', 'withdrawn'] as const;
const PLANS = ['enterprise', 'service-provider'] as const;
const AWAITED = ['plan-change', 'terms'] as const;

/** All contracts, and a first look at one. */
@Controller('portal/contracts')
export class ContractsController {
  @Get()
  @Access(office)
  async list(@Visited() visit: Signed): Promise<Answer> {
    const { t, api, query, path, me } = visit;
    const sought = soughtIn(query, { q: 200, status: STATUSES, plan: PLANS, awaits: AWAITED });
    const { items, nextCursor } = await api.GET('/v1/contracts', {
      params: { query: { ...sought, ...pageIn(query) } },
    });
    const title = t('契約一覧', 'Contracts');
    const filters: readonly Field[] = [
      { kind: 'text', name: 'q', label: t('契約者名', 'Name'), max: 200 },
      {
        kind: 'list',
        name: 'status',
        label: t('状態', 'State'),
        options: STATUSES.map((value) => ({ value, label: statusText(value, t) })),
      },
      { kind: 'list', name: 'plan', label: t('プラン', 'Plan'), options: planOptions(t) },
      {
        kind: 'list',
        name: 'awaits',
        label: t('対応待ち', 'Waiting for'),
        options: [
          { value: 'plan-change', label: t('プラン変更の承諾', 'Acceptance of a change of plan') },
          { value: 'terms', label: t('料金・課金開始日の決定', 'Prices or billing start') },
        ],
      },
    ];
    return page({
      title,
      section: 'contracts',
      actions: hasRole(me, 'operator') && (
        <ActionLink
          main
          href="/portal/contracts/new"
          label={t('申し込みを登録する', 'Enter an application')}
        />
      ),
      body: (
        <>
          <Filters fields={filters} values={sought} submit={t('絞り込む', 'Filter')} />
          <Table<Contract>
            caption={title}
            rows={items}
            nextCursor={nextCursor}
            empty={
              Object.keys(sought).length > 0 ? (
                <NoRows
                  why={t('条件に合う契約はありません。', 'No contract matches.')}
                  href={path}
                  act={t('条件を消す', 'Clear the filter')}
                />
              ) : (
                <NoRows
                  why={t('契約はまだありません。', 'There is no contract yet.')}
                  href={hasRole(me, 'operator') ? '/portal/contracts/new' : undefined}
                  act={t('最初の申し込みを登録する', 'Enter the first application')}
                />
              )
            }
            columns={[
              {
                head: t('契約者名', 'Name'),
                names: true,
                cell: ({ id, applicant }) => <a href={contractPath(id)}>{applicant.name}</a>,
              },
              { head: t('状態', 'State'), cell: (contract) => <StatusBadge contract={contract} /> },
              { head: t('プラン', 'Plan'), cell: (contract) => planName(contract.plan, t) },
              {
                head: t('課金開始日', 'Billing start'),
                cell: ({ billingStartDate }) =>
                  billingStartDate === null ? t('未定', 'Not set') : <Day day={billingStartDate} />,
              },
              {
                head: t('プラン変更', 'Plan change'),
                cell: ({ pendingPlanChange }) =>
                  pendingPlanChange === null ? (
                    '—'
                  ) : (
                    <>
                      <Month month={pendingPlanChange.fromMonth} />
                      {pendingPlanChange.status === 'requested'
                        ? t('（承諾待ち）', ' (to be accepted)')
                        : t('（承諾済み）', ' (accepted)')}
                    </>
                  ),
              },
              { head: t('契約番号', 'Contract id'), cell: ({ id }) => <code>{id}</code> },
            ]}
          />
        </>
      ),
    });
  }

  @FormAt('new')
  @Access(only('operator'))
  apply(@Visited() visit: Signed): Promise<Answer> {
    const { t } = visit;
    return runForm(visit, {
      title: t('申し込みの登録', 'Enter an application'),
      lead: t(
        '契約の申し込み（第1条・第3条）を登録します。承諾するまで料金は発生しません。',
        'An application for a contract. Nothing is due before it is accepted.',
      ),
      fields: [
        {
          kind: 'text',
          name: 'applicant.name',
          label: t('契約者名', 'Name of the contractor'),
          required: true,
          max: 200,
          autocomplete: 'organization',
        },
        {
          kind: 'text',
          name: 'applicant.iijIdContract',
          label: t('IIJ IDサービスの契約番号', 'IIJ ID contract'),
          required: true,
          max: 64,
          hint: t(
            '承諾の際に、有効な契約であることを確認します（第3条）。',
            'Looked up when the application is accepted (第3条).',
          ),
        },
        { kind: 'choice', name: 'plan', label: t('プラン', 'Plan'), required: true, options: planOptions(t) },
        { kind: 'text', name: 'applicant.department', label: t('部署', 'Department'), max: 200 },
        {
          kind: 'text',
          name: 'applicant.address',
          label: t('住所', 'Address'),
          max: 500,
          autocomplete: 'street-address',
        },
        { kind: 'email', name: 'applicant.email', label: t('メールアドレス', 'E-mail'), max: 254 },
      ],
      submit: t('登録する', 'Enter'),
      back: { href: '/portal/contracts', label: t('一覧へ戻る', 'Back to the list') },
      page: {
        section: 'contracts',
        trail: [{ href: '/portal/contracts', label: t('契約一覧', 'Contracts') }],
      },
      send: async (values) => {
        const optional = (name: 'department' | 'address' | 'email') =>
          values[`applicant.${name}`] ? { [name]: values[`applicant.${name}`] } : {};
        const body: Schemas['ApplicationForm'] = {
          applicant: {
            name: values['applicant.name']!,
            iijIdContract: values['applicant.iijIdContract']!,
            ...optional('department'),
            ...optional('address'),
            ...optional('email'),
          },
          plan: values['plan'] as Contract['plan'],
        };
        const { id } = await visit.api.POST('/v1/contracts', { body });
        return redirect(`${contractPath(id)}?done=applied`);
      },
    });
  }

  @Get(':contract')
  @Access(inContract('read', 'operator', 'finance', 'auditor'))
  one(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    return overview(visit, id);
  }
}
