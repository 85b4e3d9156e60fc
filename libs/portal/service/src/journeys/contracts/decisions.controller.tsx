import { Controller, Param } from '@nestjs/common';
import { dayText } from '../../components/time.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, redirect } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, readContract } from './contract-words.tsx';
import { aboutContract, reasonField } from './contract-form.ts';

/** What the operator decides of an application, and of the contract that it becomes. */
@Controller('portal/contracts/:contract')
export class DecisionsController {
  @FormAt('acceptance')
  @Access(only('operator'))
  async accept(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t, language } = visit;
    const contract = await readContract(visit, id);
    return runForm(visit, {
      ...aboutContract(visit, contract, t('申し込みの承諾', 'Accept the application')),
      lead: t(
        '承諾（第1条・第3条）により契約が成立します。',
        'With the acceptance the contract comes about.',
      ),
      fields: [
        {
          kind: 'day',
          name: 'billingStartDate',
          label: t('課金開始日', 'Billing start date'),
          hint: t(
            '承諾日以後の日です。決まっていなければ空欄にし、あとで決められます（第7条）。',
            'The day of acceptance or later; may be set later (第7条).',
          ),
        },
      ],
      submit: t('この内容で承諾する', 'Accept'),
      foresee: (values) => ({
        kind: 'info',
        title: t(
          `${contract.applicant.name}の申し込みを承諾します。`,
          `The application of ${contract.applicant.name} is accepted.`,
        ),
        details: [
          values['billingStartDate']
            ? t(
                `月額料金は${dayText(values['billingStartDate'], language)}から発生します（第7条）。初期費用は0円です（別紙1）。`,
                `Monthly fees arise from ${values['billingStartDate']} on (第7条). The initial fee is 0 yen.`,
              )
            : t(
                '課金開始日が決まるまで、料金は発生しません（第7条）。',
                'Nothing is due until the billing start date is set (第7条).',
              ),
          t(
            '承諾は取り消せません。契約を終わらせるには解約（第6条）の手続きが必要です。',
            'It cannot be undone; a contract ends by cancellation (第6条).',
          ),
        ],
      }),
      send: async (values) => {
        await visit.api.POST('/v1/contracts/{id}/acceptance', {
          params: { path: { id } },
          body: values['billingStartDate'] ? { billingStartDate: values['billingStartDate'] } : {},
        });
        return redirect(`${contractPath(id)}?done=accepted`);
      },
    });
  }

  @FormAt('rejection')
  @Access(only('operator'))
  async reject(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t } = visit;
    return this.end(
      visit,
      id,
      t('申し込みを承諾しない', 'Reject the application'),
      t('承諾しないことを記録する', 'Reject'),
      async (reason) => {
        await visit.api.POST('/v1/contracts/{id}/rejection', {
          params: { path: { id } },
          body: { reason },
        });
        return redirect(`${contractPath(id)}?done=rejected`);
      },
    );
  }

  @FormAt('withdrawal')
  @Access(only('operator'))
  async withdraw(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t } = visit;
    return this.end(
      visit,
      id,
      t('申し込みの取り下げ', 'Withdrawal of the application'),
      t('取り下げを記録する', 'Record the withdrawal'),
      async (reason) => {
        await visit.api.POST('/v1/contracts/{id}/withdrawal', {
          params: { path: { id } },
          body: { reason },
        });
        return redirect(`${contractPath(id)}?done=withdrawn`);
      },
    );
  }

  private async end(
    visit: Signed,
    id: string,
    title: string,
    submit: string,
    send: (reason: string) => Promise<Answer>,
  ): Promise<Answer> {
    const { t } = visit;
    const contract = await readContract(visit, id);
    return runForm(visit, {
      ...aboutContract(visit, contract, title),
      fields: [reasonField(visit)],
      submit,
      danger: true,
      foresee: () => ({
        kind: 'warning',
        title: t('この操作は取り消せません。', 'This cannot be undone.'),
        details: contract.applicant.name,
      }),
      send: (values) => send(values['reason']!),
    });
  }

  @FormAt('billing-start')
  @Access(only('operator'))
  async setBillingStart(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t, language } = visit;
    const contract = await readContract(visit, id);
    return runForm(visit, {
      ...aboutContract(visit, contract, t('課金開始日', 'Billing start date')),
      initial: { date: contract.billingStartDate ?? '' },
      fields: [
        { kind: 'day', name: 'date', label: t('課金開始日', 'Billing start date'), required: true },
        reasonField(visit),
        {
          kind: 'multiline',
          name: 'agreement',
          label: t('契約者との合意', 'The contractor’s agreement'),
          max: 500,
          hint: t(
            '発行済みの月が変わる場合に必要です（第7条）。',
            'Needed where an issued month changes (第7条).',
          ),
        },
      ],
      submit: t('この日に決める', 'Set this day'),
      foresee: (values) => ({
        kind: 'info',
        title: t(
          `月額料金は${dayText(values['date']!, language)}から発生します（第7条）。`,
          `Monthly fees arise from ${values['date']} on (第7条).`,
        ),
        details: t(
          '発行済みの月が変わる場合は、差額が調整または訂正されます。下がる場合は別の担当者の承認が必要です。',
          'Issued months are then corrected; where one falls, another person has to approve.',
        ),
      }),
      send: async (values) => {
        const answer = await visit.api.PUT('/v1/contracts/{id}/billing-start-date', {
          params: { path: { id } },
          body: {
            date: values['date']!,
            reason: values['reason']!,
            ...(values['agreement'] && { agreement: values['agreement'] }),
          },
        });
        return redirect(`${contractPath(id)}?done=${'approval' in answer ? 'proposed' : 'start'}`);
      },
    });
  }
}
