import { Controller, Param } from '@nestjs/common';
import { numberText, yenText } from '../../components/money.tsx';
import { dayText } from '../../components/time.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, redirect } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, readContract } from '../contracts/contract-words.tsx';
import { aboutContract, reasonField } from '../contracts/contract-form.ts';
import type { Named } from '../../visit/named.ts';

type AtFee = Named<'contract' | 'fee'>;

/** One-time fees (第7条). */
@Controller('portal/contracts/:contract')
export class OneTimeFeeController {
  @FormAt('one-time-fees/new')
  @Access(only('operator'))
  async charge(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t } = visit;
    const contract = await readContract(visit, id);
    return runForm(visit, {
      ...aboutContract(visit, contract, t('一時費用の記録', 'Record a one-time fee'), 'plan'),
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
        kind: 'info',
        title: t(
          `${yenText(values['amount']!)}（税抜き）が発生した月の請求書に載ります（第7条）。`,
          `${numberText(values['amount']!)} yen without tax, on the invoice of its month (第7条).`,
        ),
      }),
      send: async (values) => {
        await visit.api.POST('/v1/contracts/{id}/one-time-fees', {
          params: { path: { id } },
          body: {
            amount: values['amount']!,
            description: values['description']!,
            occurredOn: values['occurredOn']!,
            taxCode: values['taxCode'] === 'out-of-scope' ? 'out-of-scope' : 'standard',
          },
        });
        return redirect(`${contractPath(id)}/plan?done=fee-added`);
      },
    });
  }

  @FormAt('one-time-fees/:fee/waiver')
  @Access(only('operator'))
  async waive(@Visited() visit: Signed, @Param() { contract: id, fee }: AtFee): Promise<Answer> {
    const { t, language } = visit;
    const [contract, found] = await Promise.all([
      readContract(visit, id),
      visit.api.GET('/v1/contracts/{id}/one-time-fees/{fee}', { params: { path: { id, fee } } }),
    ]);
    const what = `${found.description} ${yenText(found.amount)}`;
    return runForm(visit, {
      ...aboutContract(visit, contract, t('一時費用の免除', 'Waive a one-time fee'), 'plan'),
      lead: t(
        `${dayText(found.occurredOn, language)}に発生した「${what}」を免除します（第7条）。`,
        `Waives “${what}” of ${dayText(found.occurredOn, language)} (第7条).`,
      ),
      fields: [
        reasonField(visit),
        {
          kind: 'yes',
          name: 'mistake',
          label: t(
            '日付や税区分を誤って記録したものです',
            'It was recorded on a wrong day or under a wrong code',
          ),
        },
      ],
      submit: t('この費用を免除する', 'Waive it'),
      danger: true,
      foresee: (values) => ({
        kind: 'info',
        title: t(
          'この費用は請求されなくなります。取り消せません。',
          'It is not billed. This cannot be undone.',
        ),
        details:
          values['mistake'] === 'yes'
            ? t(
                '誤りの訂正なので、ただちに反映されます。',
                'As the correction of an error it takes effect at once.',
              )
            : t(
                '発行済みの月に関わる場合は、別の担当者が承認すると有効になります。',
                'Where it touches an issued month, another person has to approve it.',
              ),
      }),
      send: async (values) => {
        const answer = await visit.api.DELETE('/v1/contracts/{id}/one-time-fees/{fee}', {
          params: {
            path: { id, fee },
            query: { reason: values['reason']!, mistake: values['mistake'] === 'yes' },
          },
        });
        return redirect(`${contractPath(id)}/plan?done=${'approval' in answer ? 'proposed' : 'fee-waived'}`);
      },
    });
  }
}
