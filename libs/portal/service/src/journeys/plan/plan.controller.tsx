import { Controller, Get, Param, Post } from '@nestjs/common';
import { ok, orNothing, type Schemas } from '../../api/portal-api.ts';
import { Alert } from '../../components/alert.tsx';
import { Badge, type Tone } from '../../components/badge.tsx';
import { numberText, yenText } from '../../components/money.tsx';
import { At, Day, dayText, Month, monthAfter, monthOf, monthText } from '../../components/time.tsx';
import { Facts, Panel, Table } from '../../components/table.tsx';
import { ActionButton, runForm } from '../../forms/form-flow.tsx';
import { type Answer, page, redirect } from '../../pages/answer.ts';
import { Done, Heading } from '../../pages/layout.tsx';
import { Access, Visited, Weighty } from '../../visit/access.decorator.ts';
import { inContract, only } from '../../visit/audiences.ts';
import type { Told } from '../../visit/language.ts';
import { hasRole, mayIn } from '../../visit/me.ts';
import { doneIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import {
  contractPath,
  ofContract,
  planName,
  planOptions,
  readContract,
  type Contract,
  type Plan,
} from '../contracts/contract-words.tsx';
import { decision, filled, reasonField } from '../contracts/decisions.controller.tsx';
import { keyOf } from '../../forms/posted-key.ts';

type PlanChange = Schemas['PlanChange'];
type Condition = Schemas['Condition'];
type Quote = Schemas['Quote'];
type Fee = Schemas['Fee'];

const conditionName = (condition: number, t: Told): string =>
  [
    t('利用する端末の用意', 'A device is provided'),
    t('端末の設定', 'The device is configured'),
    t('ソフトウェアの入手と使用許諾への同意', 'The software is obtained, its licence accepted'),
    t('当社所定の設定', 'The prescribed settings are made'),
    t('その他当社が定める事項', 'Other items that the operator names'),
  ][condition - 1] ?? String(condition);

const CHANGE: Readonly<Record<PlanChange['status'], readonly [Tone, string, string]>> = {
  requested: ['busy', '承諾待ち', 'To be accepted'],
  accepted: ['good', '承諾済み', 'Accepted'],
  effective: ['good', '適用済み', 'In effect'],
  replaced: ['quiet', '差し替え済み', 'Replaced'],
  withdrawn: ['quiet', '取り下げ', 'Withdrawn'],
  lapsed: ['quiet', '失効', 'Lapsed'],
};

/** What was agreed: plan, prices, conditions, change of plan, and how it ends. */
@Controller('portal/contracts/:contract')
export class PlanController {
  @Get('plan')
  @Access(inContract('read', 'operator', 'finance', 'auditor'))
  async plan(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t, api, query } = visit;
    const params = { params: { path: { id } } };
    const [contract, changes, quotes, notices, fees] = await Promise.all([
      readContract(visit, id),
      orNothing(api.GET('/v1/contracts/{id}/plan-changes', params)),
      orNothing(api.GET('/v1/contracts/{id}/quotes', params)),
      orNothing(api.GET('/v1/contracts/{id}/cancellation', params)),
      orNothing(api.GET('/v1/contracts/{id}/one-time-fees', params)),
    ]);
    const title = t('契約とプラン', 'Contract and plan');
    const done = doneIn(query, {
      quoted: t('料金を提示しました', 'The prices were quoted'),
      proposed: t(
        '承認を依頼しました。別の担当者が承認すると有効になります',
        'Another person has to approve it',
      ),
      requested: t('プラン変更を申し込みました', 'The change of plan was requested'),
      'change-accepted': t('プラン変更を承諾しました', 'The change of plan was accepted'),
      'change-withdrawn': t('プラン変更を取り下げました', 'The change of plan was withdrawn'),
      condition: t('利用条件を記録しました', 'The condition was recorded'),
      withholding: t('提供の保留を記録しました', 'The withholding was recorded'),
      'fee-added': t('一時費用を記録しました', 'The one-time fee was recorded'),
      'notice-voided': t('解約のお申し込みを取り消しました', 'The notice was withdrawn'),
    });
    return page({
      title,
      section: 'plan',
      ...ofContract(contract),
      body: (
        <>
          {done !== undefined && <Done text={done} />}
          <Heading title={title} />
          <PlanPanel visit={visit} contract={contract} />
          <ChangesPanel visit={visit} contract={contract} changes={changes?.items ?? []} />
          <QuotesPanel visit={visit} contract={contract} quotes={quotes?.items ?? contract.quotes} />
          <FeesPanel visit={visit} contract={contract} fees={fees?.items} />
          <ConditionsPanel visit={visit} contract={contract} />
          <EndPanel visit={visit} contract={contract} notices={notices?.items ?? []} />
        </>
      ),
    });
  }

  @Get('plan-change')
  @Weighty()
  @Access(inContract('administer', 'operator'))
  planChange(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    return this.requestPlanChange(visit, id);
  }

  @Post('plan-change')
  @Weighty()
  @Access(inContract('administer', 'operator'))
  async requestPlanChange(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t, language } = visit;
    const contract = await readContract(visit, id);
    const next = monthAfter(monthOf(visit.today));
    return runForm(visit, {
      ...decision(visit, contract, t('プラン変更の申し込み', 'Request a change of plan'), '/plan'),
      lead: t('翌月以降の月から変更できます（第4条）。', 'From next month, or a later one (第4条).'),
      initial: { fromMonth: next, plan: contract.plan === 'enterprise' ? 'service-provider' : 'enterprise' },
      fields: [
        {
          kind: 'choice',
          name: 'plan',
          label: t('新しいプラン', 'New plan'),
          required: true,
          options: planOptions(t),
        },
        { kind: 'month', name: 'fromMonth', label: t('変更する月', 'From the month'), required: true },
      ],
      submit: t('この内容で申し込む', 'Request it'),
      foresee: (values) => {
        const from = values['fromMonth']!;
        const plan = planName(values['plan'] as Plan, t);
        return {
          shown: (
            <Alert
              kind="info"
              title={t(
                `${monthText(from, language)}1日0時から${plan}プランになります。${monthText(monthAfter(from, -1), language)}分までは現在のプランで計算します。`,
                `${plan} from the 1st of ${from}, 00:00 JST. Months until ${monthAfter(from, -1)} are billed by the present plan.`,
              )}
            >
              <p>
                {t(
                  '開始前に承諾がなければ失効します（第4条）。',
                  'It lapses unless it is accepted before that (第4条).',
                )}
              </p>
              <p>
                {t(
                  '承諾されるまでは、「契約とプラン」の画面から取り下げられます。',
                  'Until it is accepted you can withdraw it under “Contract and plan”.',
                )}
              </p>
            </Alert>
          ),
        };
      },
      send: async (values, { key }) => {
        const { id: change } = await ok(
          visit.api.POST('/v1/contracts/{id}/plan-changes', {
            params: { path: { id }, header: { 'Idempotency-Key': key } },
            body: { plan: values['plan'] as Plan, fromMonth: values['fromMonth']! },
          }),
        );
        return redirect(`${contractPath(id)}/plan-changes/${change}`);
      },
    });
  }

  /** The printable copy of a request (控え). */
  @Get('plan-changes/:change')
  @Access(inContract('read', 'operator', 'finance', 'auditor'))
  async planChangeCopy(
    @Visited() visit: Signed,
    @Param('contract') id: string,
    @Param('change') change: string,
  ): Promise<Answer> {
    const { t, language, api } = visit;
    const [contract, { items }] = await Promise.all([
      readContract(visit, id),
      ok(api.GET('/v1/contracts/{id}/plan-changes', { params: { path: { id } } })),
    ]);
    const found = items.find((each) => each.id === change);
    if (found === undefined) return redirect(`${contractPath(id)}/plan`);
    const title = t('プラン変更の控え', 'Copy of the change of plan');
    return page({
      title,
      section: 'plan',
      ...ofContract(contract),
      trail: [{ href: `${contractPath(id)}/plan`, label: t('契約とプラン', 'Contract and plan') }],
      body: (
        <div class="narrow">
          {found.status === 'requested' && (
            <Done text={t('プラン変更のお申し込みを受け付けました', 'The request was received')} />
          )}
          <Heading title={title}>
            <PrintButton t={t} />
          </Heading>
          <Facts
            facts={[
              [t('受付番号', 'Number'), <code>{found.id}</code>],
              [t('契約者', 'Contractor'), contract.applicant.name],
              [t('受付日時', 'Received'), <At at={found.requestedAt} language={language} />],
              [t('新しいプラン', 'New plan'), planName(found.plan, t)],
              [
                t('適用', 'In effect'),
                <>
                  {t(
                    `${monthText(found.fromMonth, language)}1日0時から`,
                    `from the 1st of ${found.fromMonth}, 00:00 JST`,
                  )}
                </>,
              ],
              [t('状態', 'State'), t(CHANGE[found.status][1], CHANGE[found.status][2])],
              [t('根拠', 'By'), t('第4条（契約内容の変更）', '第4条 of the terms')],
            ]}
          />
          <p class="note">
            {t(
              `${monthText(monthAfter(found.fromMonth, -1), language)}分までは現在のプランで計算します。開始前に承諾がなければ失効します。`,
              'Earlier months are billed by the former plan. It lapses unless it is accepted before it begins.',
            )}
          </p>
        </div>
      ),
    });
  }

  @Get('plan-changes/:change/acceptance')
  @Weighty()
  @Access(only('operator'))
  acceptance(
    @Visited() visit: Signed,
    @Param('contract') id: string,
    @Param('change') change: string,
  ): Promise<Answer> {
    return this.acceptPlanChange(visit, id, change);
  }

  @Post('plan-changes/:change/acceptance')
  @Weighty()
  @Access(only('operator'))
  async acceptPlanChange(
    @Visited() visit: Signed,
    @Param('contract') id: string,
    @Param('change') change: string,
  ): Promise<Answer> {
    const { t, language } = visit;
    const contract = await readContract(visit, id);
    const pending = contract.pendingPlanChange;
    return runForm(visit, {
      ...decision(visit, contract, t('プラン変更の承諾', 'Accept the change of plan'), '/plan'),
      fields: [
        {
          kind: 'amount',
          name: 'amount',
          label: t('一時費用（税抜き）', 'One-time fee, without tax'),
          unit: t('円', 'yen'),
          hint: t(
            '変更に伴う費用がある場合だけ入力します（第7条）。',
            'Only where the change causes one (第7条).',
          ),
        },
        { kind: 'text', name: 'description', label: t('一時費用の内容', 'What the fee is for'), max: 200 },
      ],
      submit: t('プラン変更を承諾する', 'Accept the change'),
      foresee: () => ({
        shown: (
          <Alert
            kind="info"
            title={
              pending === null
                ? t('プラン変更を承諾します。', 'The change of plan is accepted.')
                : t(
                    `${monthText(pending.fromMonth, language)}1日0時から${planName(pending.plan, t)}プランになります。`,
                    `${planName(pending.plan, t)} from the 1st of ${pending.fromMonth}, 00:00 JST.`,
                  )
            }
          >
            <p>
              {t(
                '承諾後の取り下げは、運用者だけができます（第4条）。',
                'Afterwards only the operator can withdraw it (第4条).',
              )}
            </p>
          </Alert>
        ),
      }),
      send: async (values, { key }) => {
        const oneTimeFee = values['amount']
          ? { oneTimeFee: { amount: values['amount'], description: values['description'] ?? '' } }
          : {};
        await ok(
          visit.api.POST('/v1/contracts/{id}/plan-changes/{planChange}/acceptance', {
            params: { path: { id, planChange: change }, header: { 'Idempotency-Key': key } },
            body: oneTimeFee,
          }),
        );
        return redirect(`${contractPath(id)}/plan?done=change-accepted`);
      },
    });
  }

  @Post('plan-changes/:change/withdrawal')
  @Weighty()
  @Access(inContract('administer', 'operator'))
  async withdrawPlanChange(
    @Visited() visit: Signed,
    @Param('contract') id: string,
    @Param('change') change: string,
  ): Promise<Answer> {
    await ok(
      visit.api.DELETE('/v1/contracts/{id}/plan-changes/{planChange}', {
        params: { path: { id, planChange: change }, header: { 'Idempotency-Key': keyOf(visit.form) } },
      }),
    );
    return redirect(`${contractPath(id)}/plan?done=change-withdrawn`);
  }

  @Get('conditions/:condition')
  @Access(inContract('administer', 'operator'))
  condition(
    @Visited() visit: Signed,
    @Param('contract') id: string,
    @Param('condition') condition: string,
  ): Promise<Answer> {
    return this.attest(visit, id, condition);
  }

  @Post('conditions/:condition')
  @Access(inContract('administer', 'operator'))
  async attest(
    @Visited() visit: Signed,
    @Param('contract') id: string,
    @Param('condition') condition: string,
  ): Promise<Answer> {
    const { t } = visit;
    const contract = await readContract(visit, id);
    const number = Number(condition);
    const name = conditionName(number, t);
    return runForm(visit, {
      ...decision(visit, contract, t(`利用条件：${name}`, `Condition: ${name}`), '/plan'),
      lead: t(
        '第5条の利用条件を、だれが、いつ確かめたかを記録します。',
        'Who attested the condition of 第5条, and when.',
      ),
      initial: { on: visit.today, attestedBy: visit.me.name, met: 'true' },
      fields: [
        {
          kind: 'choice',
          name: 'met',
          label: t('状態', 'State'),
          required: true,
          options: [
            { value: 'true', label: t('満たしている', 'Met') },
            { value: 'false', label: t('満たしていない', 'Not met') },
          ],
        },
        { kind: 'day', name: 'on', label: t('確認した日', 'On'), required: true },
        { kind: 'text', name: 'attestedBy', label: t('確認した人', 'By'), required: true, max: 200 },
        ...(number === 3
          ? [
              {
                kind: 'text',
                name: 'licenceVersion',
                label: t('同意した使用許諾の版', 'Version of the licence that was accepted'),
                max: 64,
                hint: t('第5条第2項', '第5条2項'),
              } as const,
            ]
          : []),
      ],
      submit: t('記録する', 'Record'),
      send: async (values, { key }) => {
        await ok(
          visit.api.PUT('/v1/contracts/{id}/conditions/{condition}', {
            params: { path: { id, condition: number as never }, header: { 'Idempotency-Key': key } },
            body: {
              met: values['met'] === 'true',
              on: values['on']!,
              attestedBy: values['attestedBy']!,
              ...filled(values, ['licenceVersion']),
            },
          }),
        );
        return redirect(`${contractPath(id)}/plan?done=condition`);
      },
    });
  }

  @Get('withholding')
  @Weighty()
  @Access(only('operator'))
  withholding(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    return this.withhold(visit, id);
  }

  @Post('withholding')
  @Weighty()
  @Access(only('operator'))
  async withhold(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t } = visit;
    const contract = await readContract(visit, id);
    const withheld = !contract.withheld;
    return runForm(visit, {
      ...decision(
        visit,
        contract,
        withheld ? t('提供の保留', 'Withhold the service') : t('提供の再開', 'Restore the service'),
        '/plan',
      ),
      fields: [reasonField(visit)],
      submit: withheld ? t('提供を保留する', 'Withhold') : t('提供を再開する', 'Restore'),
      danger: withheld,
      foresee: () => ({
        shown: withheld ? (
          <Alert
            kind="warning"
            title={t(
              'この契約のすべてのIDが、ただちに認証できなくなります（第5条第3項）。',
              'From now on no ID of this contract can authenticate (第5条3項).',
            )}
          >
            <p>
              {t(
                'IDは登録されたままで、月額料金は発生し続けます。この画面から再開できます。',
                'IDs stay registered and monthly fees go on. It can be restored here.',
              )}
            </p>
          </Alert>
        ) : (
          <Alert
            kind="info"
            title={t('認証を再開します（第5条第3項）。', 'Authentication is restored (第5条3項).')}
          />
        ),
      }),
      send: async (values, { key }) => {
        await ok(
          visit.api.PUT('/v1/contracts/{id}/withholding', {
            params: { path: { id }, header: { 'Idempotency-Key': key } },
            body: { withheld, reason: values['reason']! },
          }),
        );
        return redirect(`${contractPath(id)}/plan?done=withholding`);
      },
    });
  }

  @Get('one-time-fees/new')
  @Access(only('operator'))
  fee(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    return this.charge(visit, id);
  }

  @Post('one-time-fees/new')
  @Access(only('operator'))
  async charge(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t } = visit;
    const contract = await readContract(visit, id);
    return runForm(visit, {
      ...decision(visit, contract, t('一時費用の記録', 'Record a one-time fee'), '/plan'),
      initial: { occurredOn: visit.today, taxCode: 'standard' },
      fields: [
        {
          kind: 'amount',
          name: 'amount',
          label: t('金額（税抜き）', 'Amount, without tax'),
          required: true,
          unit: t('円', 'yen'),
        },
        { kind: 'text', name: 'description', label: t('内容', 'What for'), required: true, max: 200 },
        { kind: 'day', name: 'occurredOn', label: t('発生した日', 'Arose on'), required: true },
        {
          kind: 'choice',
          name: 'taxCode',
          label: t('消費税', 'Consumption tax'),
          required: true,
          options: [
            { value: 'standard', label: t('標準税率', 'Standard rate') },
            { value: 'out-of-scope', label: t('対象外', 'Out of scope') },
          ],
        },
      ],
      submit: t('この内容で記録する', 'Record'),
      foresee: (values) => ({
        shown: (
          <Alert
            kind="info"
            title={t(
              `${yenText(values['amount']!)}（税抜き）が発生した月の請求書に載ります（第7条）。`,
              `${values['amount']} yen without tax, on the invoice of its month (第7条).`,
            )}
          />
        ),
      }),
      send: async (values, { key }) => {
        await ok(
          visit.api.POST('/v1/contracts/{id}/one-time-fees', {
            params: { path: { id }, header: { 'Idempotency-Key': key } },
            body: {
              amount: values['amount']!,
              description: values['description']!,
              occurredOn: values['occurredOn']!,
              taxCode: values['taxCode'] === 'out-of-scope' ? 'out-of-scope' : 'standard',
            },
          }),
        );
        return redirect(`${contractPath(id)}/plan?done=fee-added`);
      },
    });
  }
}

export const PrintButton = ({ t }: { readonly t: Told }) => (
  <button type="button" class="secondary" data-print="yes" hidden>
    {t('印刷する', 'Print')}
  </button>
);

function PlanPanel({ visit, contract }: { readonly visit: Signed; readonly contract: Contract }) {
  const { t, language, me } = visit;
  return (
    <Panel
      title={t('プラン', 'Plan')}
      actions={
        hasRole(me, 'operator') && (
          <a class="button secondary" href={`${contractPath(contract.id)}/billing-start`}>
            {t('課金開始日を決める', 'Set the billing start date')}
          </a>
        )
      }
    >
      <Facts
        facts={[
          [t('現在のプラン', 'Present plan'), planName(contract.plan, t)],
          [
            t('課金開始日', 'Billing start'),
            contract.billingStartDate === null ? (
              t('未定', 'Not set')
            ) : (
              <Day day={contract.billingStartDate} language={language} />
            ),
          ],
          ...contract.planByMonth.map(
            ({ fromMonth, plan }) =>
              [t(`${monthText(fromMonth, language)}から`, `From ${fromMonth}`), planName(plan, t)] as const,
          ),
        ]}
      />
    </Panel>
  );
}

function ChangesPanel({
  visit,
  contract,
  changes,
}: {
  readonly visit: Signed;
  readonly contract: Contract;
  readonly changes: readonly PlanChange[];
}) {
  const { t, language, me } = visit;
  const at = contractPath(contract.id);
  const running = ['accepted', 'in-service'].includes(contract.status);
  return (
    <Panel
      title={t('プラン変更', 'Changes of plan')}
      actions={
        running &&
        mayIn(me, 'administer') && (
          <a class="button secondary" href={`${at}/plan-change`}>
            {t('プラン変更を申し込む', 'Request a change')}
          </a>
        )
      }
    >
      <Table
        caption={t('プラン変更', 'Changes of plan')}
        rows={changes}
        empty={<p>{t('プラン変更の申し込みはありません。', 'There is no change of plan.')}</p>}
        columns={[
          {
            head: t('適用する月', 'From'),
            names: true,
            cell: ({ id, fromMonth }) => (
              <a href={`${at}/plan-changes/${id}`}>
                <Month month={fromMonth} language={language} />
              </a>
            ),
          },
          { head: t('新しいプラン', 'New plan'), cell: ({ plan }) => planName(plan, t) },
          {
            head: t('状態', 'State'),
            cell: ({ status }) => (
              <Badge tone={CHANGE[status][0]} text={t(CHANGE[status][1], CHANGE[status][2])} />
            ),
          },
          {
            head: t('申し込み', 'Requested'),
            cell: ({ requestedAt }) => <At at={requestedAt} language={language} />,
          },
          {
            head: t('操作', 'Actions'),
            cell: ({ id, status }) => (
              <div class="actions">
                {status === 'requested' && hasRole(me, 'operator') && (
                  <a class="button" href={`${at}/plan-changes/${id}/acceptance`}>
                    {t('承諾する', 'Accept')}
                  </a>
                )}
                {((status === 'requested' && mayIn(me, 'administer')) ||
                  (status === 'accepted' && hasRole(me, 'operator'))) && (
                  <ActionButton
                    visit={visit}
                    action={`${at}/plan-changes/${id}/withdrawal`}
                    label={t('取り下げる', 'Withdraw')}
                  />
                )}
              </div>
            ),
          },
        ]}
      />
    </Panel>
  );
}

function priceText(quote: Quote, t: Told): string {
  if (quote.accountFee !== undefined)
    return t(`1アカウント ${yenText(quote.accountFee)}`, `${quote.accountFee} yen per account`);
  const { authApi } = quote;
  if (authApi === undefined) return '—';
  const free = authApi.freeUnits
    ? t(`（${numberText(authApi.freeUnits)}回まで無料）`, ` (${authApi.freeUnits} free)`)
    : '';
  switch (authApi.model) {
    case 'perUnit':
      return t(`1回 ${yenText(authApi.unitPrice ?? '')}${free}`, `${authApi.unitPrice} yen each${free}`);
    case 'package':
      return t(
        `${numberText(authApi.packageSize ?? 0)}回ごとに ${yenText(authApi.packagePrice ?? '')}${free}`,
        `${authApi.packagePrice} yen for each ${authApi.packageSize}${free}`,
      );
    case 'graduated':
    case 'volume':
      return (
        (authApi.tiers ?? [])
          .map(({ upTo, unitPrice, flatFee }) =>
            t(
              `${upTo === null ? 'それ以上' : `${numberText(upTo)}回まで`} ${yenText(unitPrice)}${flatFee ? `＋${yenText(flatFee)}` : ''}`,
              `${upTo === null ? 'beyond' : `up to ${upTo}`}: ${unitPrice} yen${flatFee ? ` + ${flatFee}` : ''}`,
            ),
          )
          .join(t('、', ', ')) + free
      );
  }
}

function QuotesPanel({
  visit,
  contract,
  quotes,
}: {
  readonly visit: Signed;
  readonly contract: Contract;
  readonly quotes: readonly Quote[];
}) {
  const { t, language, me } = visit;
  const operator = hasRole(me, 'operator');
  return (
    <Panel
      title={t('料金', 'Prices')}
      actions={
        operator &&
        contract.acceptedAt !== undefined && (
          <a class="button secondary" href={`${contractPath(contract.id)}/quotes/new`}>
            {t('料金を提示する', 'Quote prices')}
          </a>
        )
      }
    >
      <Table
        caption={t('提示した料金', 'Quoted prices')}
        rows={quotes}
        empty={
          <p>
            {t(
              '料金はまだ提示されていません。提示されるまで請求書は作成できません。',
              'No prices were quoted yet; without them no invoice can be made.',
            )}
          </p>
        }
        columns={[
          {
            head: t('適用する月', 'From'),
            names: true,
            cell: ({ effectiveMonth }) => <Month month={effectiveMonth} language={language} />,
          },
          { head: t('プラン', 'Plan'), cell: ({ plan }) => planName(plan, t) },
          {
            head: t('月額基本料（税抜き）', 'Base fee, without tax'),
            number: true,
            cell: ({ baseFee }) => yenText(baseFee),
          },
          {
            head: t('従量の料金（税抜き）', 'Usage, without tax'),
            cell: (quote) => <span class="wide">{priceText(quote, t)}</span>,
          },
          {
            head: t('提示した日時', 'Quoted'),
            cell: ({ givenAt }) => <At at={givenAt} language={language} />,
          },
          { head: t('番号', 'Id'), cell: ({ id }) => <code>{id}</code> },
        ]}
      />
    </Panel>
  );
}

function FeesPanel({
  visit,
  contract,
  fees,
}: {
  readonly visit: Signed;
  readonly contract: Contract;
  readonly fees: readonly Fee[] | undefined;
}) {
  const { t, language, me } = visit;
  if (fees === undefined) return null;
  return (
    <Panel
      title={t('一時費用', 'One-time fees')}
      actions={
        hasRole(me, 'operator') &&
        contract.acceptedAt !== undefined && (
          <a class="button secondary" href={`${contractPath(contract.id)}/one-time-fees/new`}>
            {t('一時費用を記録する', 'Record a fee')}
          </a>
        )
      }
    >
      <Table
        caption={t('一時費用', 'One-time fees')}
        rows={fees}
        empty={<p>{t('一時費用はありません。', 'There is none.')}</p>}
        columns={[
          {
            head: t('発生した日', 'Arose on'),
            names: true,
            cell: ({ occurredOn }) => <Day day={occurredOn} language={language} />,
          },
          { head: t('内容', 'What for'), cell: ({ description }) => description },
          {
            head: t('金額（税抜き）', 'Amount, without tax'),
            number: true,
            cell: ({ amount }) => yenText(amount),
          },
          {
            head: t('状態', 'State'),
            cell: ({ waived }) => (waived === null ? t('有効', 'Stands') : t('免除', 'Waived')),
          },
        ]}
      />
    </Panel>
  );
}

function ConditionsPanel({ visit, contract }: { readonly visit: Signed; readonly contract: Contract }) {
  const { t, language, me } = visit;
  const at = contractPath(contract.id);
  const known = new Map(contract.conditions.map((each) => [each.condition, each]));
  const rows: readonly Condition[] = [1, 2, 3, 4, 5].map(
    (condition) => known.get(condition) ?? { condition, met: false },
  );
  const may = mayIn(me, 'administer') && contract.acceptedAt !== undefined;
  return (
    <Panel
      title={t('利用条件（第5条）', 'Conditions of use (第5条)')}
      actions={
        hasRole(me, 'operator') &&
        contract.acceptedAt !== undefined && (
          <a class="button secondary" href={`${at}/withholding`}>
            {contract.withheld
              ? t('提供を再開する', 'Restore the service')
              : t('提供を保留する', 'Withhold the service')}
          </a>
        )
      }
    >
      <Table
        caption={t('利用条件', 'Conditions of use')}
        rows={rows}
        empty=""
        columns={[
          {
            head: t('条件', 'Condition'),
            names: true,
            cell: ({ condition }) => `${condition}. ${conditionName(condition, t)}`,
          },
          {
            head: t('状態', 'State'),
            cell: ({ met }) => (
              <Badge
                tone={met ? 'good' : 'warn'}
                text={met ? t('満たしている', 'Met') : t('未確認', 'Not met')}
              />
            ),
          },
          {
            head: t('確認した日', 'On'),
            cell: ({ on }) => (on === undefined ? '—' : <Day day={on} language={language} />),
          },
          {
            head: t('確認した人', 'By'),
            cell: ({ attestedBy, licenceVersion }) =>
              `${attestedBy ?? '—'}${licenceVersion === undefined ? '' : t(`（使用許諾 ${licenceVersion}）`, ` (licence ${licenceVersion})`)}`,
          },
          ...(may
            ? [
                {
                  head: t('操作', 'Actions'),
                  cell: ({ condition }: Condition) => (
                    <a href={`${at}/conditions/${condition}`}>
                      {t(`${condition}を記録する`, `Record ${condition}`)}
                    </a>
                  ),
                },
              ]
            : []),
        ]}
      />
    </Panel>
  );
}

function EndPanel({
  visit,
  contract,
  notices,
}: {
  readonly visit: Signed;
  readonly contract: Contract;
  readonly notices: readonly Schemas['Cancellation'][];
}) {
  const { t, language, me } = visit;
  const at = contractPath(contract.id);
  const standing = contract.cancellation;
  const running = ['accepted', 'in-service'].includes(contract.status);
  return (
    <Panel
      title={t('解約（第6条）', 'Cancellation (第6条)')}
      actions={
        running &&
        mayIn(me, 'administer') && (
          <a class="button secondary" href={`${at}/cancellation`}>
            {standing === null
              ? t('解約を申し込む', 'Give notice')
              : t('解約の申し込みを差し替える', 'Replace the notice')}
          </a>
        )
      }
    >
      <Table
        caption={t('解約の申し込み', 'Notices of cancellation')}
        rows={notices}
        empty={
          <p>
            {t(
              '解約の申し込みはありません。最低利用期間はなく、いつでも申し込めます（第2条）。',
              'There is none. There is no minimum term (第2条).',
            )}
          </p>
        }
        columns={[
          {
            head: t('到達日', 'Arrived'),
            names: true,
            cell: (notice) => (
              <a href={`${at}/cancellation/${notice.id}`}>{dayText(notice.arrivedOn, language)}</a>
            ),
          },
          {
            head: t('希望日', 'Day asked for'),
            cell: ({ requestedDay }) => (requestedDay === null ? '—' : dayText(requestedDay, language)),
          },
          { head: t('利用終了日', 'Last day'), cell: ({ effectiveDay }) => dayText(effectiveDay, language) },
          {
            head: t('状態', 'State'),
            cell: ({ status }) => (
              <Badge
                tone={status === 'standing' ? 'busy' : 'quiet'}
                text={
                  status === 'standing'
                    ? t('受付中', 'Stands')
                    : status === 'replaced'
                      ? t('差し替え済み', 'Replaced')
                      : t('取り消し', 'Withdrawn')
                }
              />
            ),
          },
        ]}
      />
    </Panel>
  );
}
