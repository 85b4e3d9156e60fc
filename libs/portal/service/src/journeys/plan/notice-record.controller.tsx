import { Controller, Param } from '@nestjs/common';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, redirect } from '../../pages/answer.ts';
import { Access, Visited, Weighty } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import type { Signed } from '../../visit/visit.ts';
import { aboutContract, reasonField } from '../contracts/contract-form.ts';
import { contractPath, readContract } from '../contracts/contract-words.tsx';
import type { Named } from '../../visit/named.ts';

type AtNotice = Named<'contract' | 'cancellation'>;

/** What the operator does with a notice of cancellation that was taken: its record is corrected, or it is withdrawn (第6条). */
@Controller('portal/contracts/:contract/cancellation')
export class NoticeRecordController {
  /** A clerk's error: what arrived stays what it was. */
  @FormAt(':cancellation/correction')
  @Weighty()
  @Access(only('operator'))
  async correct(
    @Visited() visit: Signed,
    @Param() { contract: id, cancellation: notice }: AtNotice,
  ): Promise<Answer> {
    const { t, api } = visit;
    const [contract, found] = await Promise.all([
      readContract(visit, id),
      api.GET('/v1/contracts/{id}/cancellation/{cancellation}', {
        params: { path: { id, cancellation: notice } },
      }),
    ]);
    return runForm(visit, {
      ...aboutContract(visit, contract, t('解約の記録の訂正', 'Correct the notice'), 'plan'),
      lead: t(
        '転記の誤りを訂正します。契約者のご希望が変わった場合は、新しい申し込みとして記録します。',
        'For a clerk’s error. Where the contractor wants another day, record a new notice.',
      ),
      initial: { arrivedOn: found.arrivedOn, requestedDay: found.requestedDay ?? '' },
      fields: [
        { kind: 'day', name: 'arrivedOn', label: t('到達日', 'Arrived on'), required: true },
        {
          kind: 'day',
          name: 'requestedDay',
          label: t('ご希望日', 'Day asked for'),
          hint: t('空欄にすると、ご希望日はなくなります。', 'Left empty, there is none.'),
        },
        reasonField(visit),
      ],
      submit: t('この内容で訂正する', 'Correct it'),
      foresee: () => ({
        kind: 'info',
        title: t(
          '利用終了日を計算し直します（第6条）。',
          'The last day of service is computed anew (第6条).',
        ),
        details: t(
          '到達日の翌日から数えて30日目と、ご希望日の遅いほうです。終了後は、早い日への訂正だけができます。',
          'The 30th day after the arrival or the day asked for, whichever is later. After the end only an earlier one.',
        ),
      }),
      send: async (values) => {
        await api.PUT('/v1/contracts/{id}/cancellation/{cancellation}', {
          params: { path: { id, cancellation: notice } },
          body: {
            ...(values['arrivedOn'] !== found.arrivedOn && {
              arrivedAt: `${values['arrivedOn']}T00:00:00+09:00`,
            }),
            ...((values['requestedDay'] || null) !== found.requestedDay && {
              requestedDay: (values['requestedDay'] || null) as never,
            }),
            reason: values['reason']!,
          },
        });
        return redirect(`${contractPath(id)}/cancellation/${notice}?done=corrected`);
      },
    });
  }

  @FormAt(':cancellation/withdrawal')
  @Weighty()
  @Access(only('operator'))
  async withdraw(
    @Visited() visit: Signed,
    @Param() { contract: id, cancellation: notice }: AtNotice,
  ): Promise<Answer> {
    const { t } = visit;
    const contract = await readContract(visit, id);
    return runForm(visit, {
      ...aboutContract(
        visit,
        contract,
        t('解約の申し込みの取り消し', 'Withdraw the notice of cancellation'),
        'plan',
      ),
      fields: [reasonField(visit)],
      submit: t('申し込みを取り消す', 'Withdraw the notice'),
      foresee: () => ({
        kind: 'info',
        title: t('契約は終了せず、続きます（第6条）。', 'The contract goes on (第6条).'),
      }),
      send: async (values) => {
        await visit.api.DELETE('/v1/contracts/{id}/cancellation/{cancellation}', {
          params: {
            path: { id, cancellation: notice },
            query: { reason: values['reason']! },
          },
        });
        return redirect(`${contractPath(id)}/plan?done=notice-voided`);
      },
    });
  }
}
