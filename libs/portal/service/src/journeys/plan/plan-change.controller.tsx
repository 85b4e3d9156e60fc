import { Controller, Get, Param, Post } from '@nestjs/common';
import { stateText } from '../../components/badge.tsx';
import { At, monthAfter, monthOfDate, monthText } from '../../components/time.tsx';
import { Facts } from '../../components/table.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, page, redirect } from '../../pages/answer.ts';
import { Access, Visited, Weighty } from '../../visit/access.decorator.ts';
import { inContract, only } from '../../visit/audiences.ts';
import type { Signed } from '../../visit/visit.ts';
import {
  contractPath,
  planName,
  planOptions,
  readContract,
  type Plan,
} from '../contracts/contract-words.tsx';
import { aboutContract, underContract } from '../contracts/contract-form.ts';
import { PrintButton } from '../../components/print-button.tsx';
import { CHANGE } from './plan-words.ts';
import type { Named } from '../../visit/named.ts';

type AtChange = Named<'contract' | 'change'>;

/** A change of plan: asked for, accepted, taken back (第4条). */
@Controller('portal/contracts/:contract')
export class PlanChangeController {
  @FormAt('plan-change')
  @Weighty()
  @Access(inContract('administer', 'operator'))
  async requestPlanChange(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t, language } = visit;
    const contract = await readContract(visit, id);
    const next = monthAfter(monthOfDate(visit.today));
    return runForm(visit, {
      ...aboutContract(visit, contract, t('プラン変更の申し込み', 'Request a change of plan'), 'plan'),
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
          kind: 'info',
          title: t(
            `${monthText(from, language)}1日0時から${plan}プランになります。${monthText(monthAfter(from, -1), language)}分までは現在のプランで計算します。`,
            `${plan} from the 1st of ${from}, 00:00 JST. Months until ${monthAfter(from, -1)} are billed by the present plan.`,
          ),
          details: [
            t(
              '開始前に承諾がなければ失効します（第4条）。',
              'It lapses unless it is accepted before that (第4条).',
            ),
            t(
              '承諾されるまでは、「契約とプラン」の画面から取り下げられます。',
              'Until it is accepted you can withdraw it under “Contract and plan”.',
            ),
          ],
        };
      },
      send: async (values) => {
        const { id: change } = await visit.api.POST('/v1/contracts/{id}/plan-changes', {
          params: { path: { id } },
          body: { plan: values['plan'] as Plan, fromMonth: values['fromMonth']! },
        });
        return redirect(`${contractPath(id)}/plan-changes/${change}`);
      },
    });
  }

  /** The printable copy of a request (控え). */
  @Get('plan-changes/:change')
  @Access(inContract('read', 'operator', 'finance', 'auditor'))
  async planChangeCopy(
    @Visited() visit: Signed,
    @Param() { contract: id, change }: AtChange,
  ): Promise<Answer> {
    const { t, language, api } = visit;
    const [contract, found] = await Promise.all([
      readContract(visit, id),
      api.GET('/v1/contracts/{id}/plan-changes/{planChange}', {
        params: { path: { id, planChange: change } },
      }),
    ]);
    return page({
      title: t('プラン変更の控え', 'Copy of the change of plan'),
      ...underContract(visit, contract, 'plan'),
      done:
        found.status === 'requested' &&
        t('プラン変更のお申し込みを受け付けました', 'The request was received'),
      actions: <PrintButton />,
      narrow: true,
      body: (
        <>
          <Facts
            facts={[
              [t('受付番号', 'Number'), <code>{found.id}</code>],
              [t('契約者', 'Contractor'), contract.applicant.name],
              [t('受付日時', 'Received'), <At at={found.requestedAt} />],
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
              [t('状態', 'State'), stateText(CHANGE[found.status], t)],
              [t('根拠', 'By'), t('第4条（契約内容の変更）', '第4条 of the terms')],
            ]}
          />
          <p class="note">
            {t(
              `${monthText(monthAfter(found.fromMonth, -1), language)}分までは現在のプランで計算します。開始前に承諾がなければ失効します。`,
              'Earlier months are billed by the former plan. It lapses unless it is accepted before it begins.',
            )}
          </p>
        </>
      ),
    });
  }

  @FormAt('plan-changes/:change/acceptance')
  @Weighty()
  @Access(only('operator'))
  async acceptPlanChange(
    @Visited() visit: Signed,
    @Param() { contract: id, change }: AtChange,
  ): Promise<Answer> {
    const { t, language } = visit;
    const contract = await readContract(visit, id);
    const pending = contract.pendingPlanChange;
    return runForm(visit, {
      ...aboutContract(visit, contract, t('プラン変更の承諾', 'Accept the change of plan'), 'plan'),
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
        kind: 'info',
        title:
          pending === null
            ? t('プラン変更を承諾します。', 'The change of plan is accepted.')
            : t(
                `${monthText(pending.fromMonth, language)}1日0時から${planName(pending.plan, t)}プランになります。`,
                `${planName(pending.plan, t)} from the 1st of ${pending.fromMonth}, 00:00 JST.`,
              ),
        details: t(
          '承諾後の取り下げは、運用者だけができます（第4条）。',
          'Afterwards only the operator can withdraw it (第4条).',
        ),
      }),
      send: async (values) => {
        const oneTimeFee = values['amount']
          ? { oneTimeFee: { amount: values['amount'], description: values['description'] ?? '' } }
          : {};
        await visit.api.POST('/v1/contracts/{id}/plan-changes/{planChange}/acceptance', {
          params: { path: { id, planChange: change } },
          body: oneTimeFee,
        });
        return redirect(`${contractPath(id)}/plan?done=change-accepted`);
      },
    });
  }

  @Post('plan-changes/:change/withdrawal')
  @Weighty()
  @Access(inContract('administer', 'operator'))
  async withdrawPlanChange(
    @Visited() visit: Signed,
    @Param() { contract: id, change }: AtChange,
  ): Promise<Answer> {
    await visit.api.DELETE('/v1/contracts/{id}/plan-changes/{planChange}', {
      params: { path: { id, planChange: change } },
    });
    return redirect(`${contractPath(id)}/plan?done=change-withdrawn`);
  }
}
