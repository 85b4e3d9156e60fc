import { Controller, Get } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import { orNothing, type Schemas } from '../../api/portal-api.ts';
import { At, Month, monthAfter, monthOfDate, monthText } from '../../components/time.tsx';
import { Facts, Panel, Table } from '../../components/table.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, page, redirect } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import type { Told } from '../../visit/language.ts';
import { hasRole } from '../../visit/me.ts';
import { doneIn, monthIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { holidays, paymentTermText, endpointText } from '../billing/party-fields.ts';
import { bankAccountText } from '../settings/issuer.controller.tsx';

const rounding = (t: Told) => [
  { value: 'floor', label: t('切り捨て', 'Down') },
  { value: 'ceil', label: t('切り上げ', 'Up') },
  { value: 'halfUp', label: t('四捨五入', 'Half up') },
];
const labelOf = (
  options: readonly { readonly value: string; readonly label: string }[],
  value: string,
): string => options.find((each) => each.value === value)?.label ?? value;

/** What documents are made by: the issuer, and roundings and terms of payment by month. */
@Controller('portal/settings')
export class SettingsController {
  @Get()
  @Access(only('operator', 'finance'))
  async settings(@Visited() visit: Signed): Promise<Answer> {
    const { t, language, api, query, me } = visit;
    const month = monthIn(query, 'month') ?? monthOfDate(visit.today);
    const [issuers, policy] = await Promise.all([
      api.GET('/v1/billing/issuer', { params: { query: { limit: 50 } } }),
      orNothing(api.GET('/v1/billing/policies/{fromMonth}', { params: { path: { fromMonth: month } } })),
    ]);
    return page({
      title: t('設定', 'Settings'),
      section: 'settings',
      done: doneIn(query, {
        issuer: t('発行者を設定しました', 'The issuer was set'),
        policy: t('計算と支払の条件を設定しました', 'The policy was set'),
      }),
      actions: (
        <>
          <ActionLink href="/portal/settings/exports" label={t('書き出しの設定', 'How files are written')} />
          {hasRole(me, 'operator') && (
            <>
              <ActionLink href="/portal/people" label={t('担当者', 'People')} />
              <ActionLink href="/portal/keys" label={t('キー', 'Keys')} />
            </>
          )}
        </>
      ),
      body: (
        <>
          <Panel
            title={t('発行者', 'Issuer')}
            actions={
              <ActionLink
                main
                href="/portal/settings/issuer"
                label={t('発行者を設定する', 'Set the issuer')}
              />
            }
          >
            <Table<Schemas['Issuer']>
              caption={t('発行者', 'Issuer')}
              rows={issuers.items}
              empty={t('発行者はまだ設定されていません。', 'No issuer is set yet.')}
              columns={[
                {
                  head: t('適用する月', 'From'),
                  names: true,
                  cell: ({ from }) => <Month month={from} />,
                },
                { head: t('名称', 'Name'), cell: ({ name }) => name },
                {
                  head: t('登録番号', 'Registration number'),
                  cell: ({ registrationNumber }) => registrationNumber ?? t('なし', 'None'),
                },
                {
                  head: t('住所', 'Address'),
                  cell: ({ postalCode, address }) => `${postalCode ?? ''} ${address ?? ''}`.trim() || '—',
                },
                {
                  head: t('振込先', 'Bank account'),
                  cell: ({ bankAccount }) => bankAccountText(bankAccount, t),
                },
                {
                  head: t('電子インボイスの宛先', 'Address for e-invoices'),
                  cell: ({ endpoint }) => endpointText(endpoint, t),
                },
                {
                  head: t('設定', 'Set'),
                  cell: ({ setAt }) => <At at={setAt} />,
                },
              ]}
            />
          </Panel>
          <Panel
            title={t(`計算と支払の条件（${monthText(month, language)}）`, `Policy of ${month}`)}
            actions={
              <>
                <a href={`/portal/settings?month=${monthAfter(month, -1)}`}>{t('前の月', 'Month before')}</a>
                <a href={`/portal/settings?month=${monthAfter(month)}`}>{t('次の月', 'Month after')}</a>
                <ActionLink href="/portal/settings/policy" label={t('条件を設定する', 'Set a policy')} />
              </>
            }
          >
            {policy === undefined ? (
              <p>{t('この月の条件はありません。', 'There is none for this month.')}</p>
            ) : (
              <Facts
                facts={[
                  [
                    t('適用', 'In force'),
                    t(`${monthText(policy.from, language)}から`, `from ${policy.from}`),
                  ],
                  [t('金額の丸め', 'Rounding of amounts'), labelOf(rounding(t), policy.yenRounding)],
                  [t('消費税の丸め', 'Rounding of tax'), labelOf(rounding(t), policy.taxRounding)],
                  [t('支払期限', 'Due day'), paymentTermText(policy.paymentTerm, t)],
                  [t('版', 'Version'), <code>{policy.version}</code>],
                ]}
              />
            )}
          </Panel>
        </>
      ),
    });
  }

  @FormAt('policy')
  @Access(only('operator', 'finance'))
  setPolicy(@Visited() visit: Signed): Promise<Answer> {
    const { t, api, language } = visit;
    return runForm(visit, {
      title: t('計算と支払の条件の設定', 'Set a policy'),
      initial: {
        fromMonth: monthAfter(monthOfDate(visit.today)),
        yenRounding: 'floor',
        taxRounding: 'floor',
        monthsAfter: '1',
        onHoliday: 'next-banking-day',
      },
      fields: [
        { kind: 'month', name: 'fromMonth', label: t('適用する月', 'From the month'), required: true },
        {
          kind: 'choice',
          name: 'yenRounding',
          label: t('金額の丸め', 'Rounding of amounts'),
          required: true,
          options: rounding(t),
        },
        {
          kind: 'choice',
          name: 'taxRounding',
          label: t('消費税の丸め', 'Rounding of tax'),
          required: true,
          options: rounding(t),
        },
        {
          kind: 'digits',
          name: 'monthsAfter',
          label: t('支払期限（何か月後の末日か）', 'Due at the end of which month after'),
          required: true,
          max: 2,
        },
        {
          kind: 'choice',
          name: 'onHoliday',
          label: t('支払期限が休業日のとき', 'Where that is a holiday'),
          required: true,
          options: holidays(t),
        },
        { kind: 'multiline', name: 'reason', label: t('理由', 'Reason'), required: true, max: 500 },
      ],
      submit: t('設定する', 'Set'),
      page: { section: 'settings', trail: [{ href: '/portal/settings', label: t('設定', 'Settings') }] },
      foresee: (values) => ({
        kind: 'info',
        title: t(
          `${monthText(values['fromMonth']!, language)}分からの計算に使います。`,
          `It governs months from ${values['fromMonth']} on.`,
        ),
      }),
      send: async (values) => {
        await api.PUT('/v1/billing/policies/{fromMonth}', {
          params: { path: { fromMonth: values['fromMonth']! } },
          body: {
            yenRounding: values['yenRounding'] as 'floor',
            taxRounding: values['taxRounding'] as 'floor',
            paymentTerm: {
              monthsAfter: Number(values['monthsAfter']),
              onHoliday: values['onHoliday'] as 'unmoved',
            },
            reason: values['reason']!,
          },
        });
        return redirect('/portal/settings?done=policy');
      },
    });
  }
}
