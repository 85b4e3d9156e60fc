import { randomUUID } from 'node:crypto';
import { Controller, Get, Param } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import type { Schemas } from '../../api/portal-api.ts';
import { Refusal } from '../../api/refusal.ts';
import { At, dayText, japaneseDay, monthOfDate, monthText } from '../../components/time.tsx';
import { Facts } from '../../components/table.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import type { Field, Values } from '../../forms/field.ts';
import { type Foresight, runForm } from '../../forms/form-flow.tsx';
import { type Answer, page, redirect } from '../../pages/answer.ts';
import { Done } from '../../pages/layout.tsx';
import { Access, Visited, Weighty } from '../../visit/access.decorator.ts';
import { inContract } from '../../visit/audiences.ts';
import { hasRole } from '../../visit/me.ts';
import { doneIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, readContract, type Contract } from '../contracts/contract-words.tsx';
import { aboutContract, underContract } from '../contracts/contract-form.ts';
import { PrintButton } from '../../components/print-button.tsx';
import type { Named } from '../../visit/named.ts';

type Foreseen = Extract<Awaited<ReturnType<typeof foresee>>, { dryRun: true }>;

/** What the notice would bring about, by the surface: nothing is computed here. */
function foresee(visit: Signed, id: string, body: Schemas['CancellationForm']) {
  return visit.api.POST('/v1/contracts/{id}/cancellation', {
    params: { path: { id }, query: { dryRun: true }, header: { 'Idempotency-Key': randomUUID() } },
    body,
  });
}

function formOf(values: Values, contract: Contract, operator: boolean): Schemas['CancellationForm'] {
  return {
    ...(values['requestedDay'] && { requestedDay: values['requestedDay'] }),
    ...(operator && values['arrivedOn'] && { arrivedAt: `${values['arrivedOn']}T00:00:00+09:00` }),
    ...(operator && values['form'] && { form: values['form'] }),
    ...(contract.cancellation !== null &&
      contract.status !== 'terminated' && { replaces: contract.cancellation.id }),
  };
}

type AtNotice = Named<'contract' | 'cancellation'>;

/** 解除 (第6条): what it brings about is shown before, and what was shown is what is taken. */
@Controller('portal/contracts/:contract/cancellation')
export class CancellationController {
  @FormAt()
  @Weighty()
  @Access(inContract('administer', 'operator'))
  async give(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t } = visit;
    const contract = await readContract(visit, id);
    const operator = hasRole(visit.me, 'operator');
    const spec = {
      ...aboutContract(visit, contract, t('解約の申し込み', 'Notice of cancellation'), 'plan'),
      lead: t(
        '最低利用期間はありません（第2条）。お申し込みが到達した日の翌日から数えて30日目と、ご希望日の遅いほうまで利用できます（第6条）。',
        'There is no minimum term (第2条). Service lasts until the 30th day after the arrival, or the day asked for, whichever is later (第6条).',
      ),
      initial: operator ? { arrivedOn: visit.today, form: 'paper' } : {},
      fields: cancellationFields(visit, operator),
      submit: t('この内容で解約を申し込む', 'Give notice'),
      danger: true,
      foresee: (values: Values) => foreseeNotice(visit, contract, values, operator),
    };
    return runForm(visit, {
      ...spec,
      send: async (values) => {
        const expectedEffectiveDay = visit.form.get('expectedEffectiveDay');
        try {
          const { id: notice } = (await visit.api.POST('/v1/contracts/{id}/cancellation', {
            params: { path: { id } },
            body: {
              ...formOf(values, contract, operator),
              ...(expectedEffectiveDay !== undefined && { expectedEffectiveDay }),
            },
          })) as Schemas['Cancellation'];
          return redirect(`${contractPath(id)}/cancellation/${notice}?done=given`);
        } catch (error) {
          if (!(error instanceof Refusal) || error.code !== 'effective-day-changed') throw error;
          // Midnight has passed since the day was shown: it is shown again, with the new one.
          return runForm(visit, { ...spec, send: () => Promise.reject(error), again: true });
        }
      },
    });
  }

  /** The printable copy (控え). */
  @Get(':cancellation')
  @Access(inContract('read', 'operator', 'finance', 'auditor'))
  async copy(
    @Visited() visit: Signed,
    @Param() { contract: id, cancellation: notice }: AtNotice,
  ): Promise<Answer> {
    const { t, language, api, query, me } = visit;
    const [contract, found] = await Promise.all([
      readContract(visit, id),
      api.GET('/v1/contracts/{id}/cancellation/{cancellation}', {
        params: { path: { id, cancellation: notice } },
      }),
    ]);
    return page({
      title: t('解約の控え', 'Copy of the notice'),
      ...underContract(visit, contract, 'plan'),
      done:
        query.get('done') === 'given' ? (
          <Done
            text={t('解約のお申し込みを受け付けました', 'Your notice of cancellation was received')}
            details={t('この画面を印刷して保管してください。', 'Print this page and keep it.')}
          />
        ) : (
          doneIn(query, { corrected: t('解約の記録を訂正しました', 'The notice was corrected') })
        ),
      actions: (
        <>
          <PrintButton />
          {hasRole(me, 'operator') && found.status === 'standing' && (
            <>
              <ActionLink
                href={`${contractPath(id)}/cancellation/${notice}/correction`}
                label={t('記録を訂正する', 'Correct the record')}
              />
              <ActionLink
                href={`${contractPath(id)}/cancellation/${notice}/withdrawal`}
                label={t('申し込みを取り消す', 'Withdraw the notice')}
              />
            </>
          )}
        </>
      ),
      narrow: true,
      body: (
        <>
          <Facts
            facts={[
              [t('受付番号', 'Number'), <code>{found.id}</code>],
              [t('契約者', 'Contractor'), contract.applicant.name],
              [t('契約番号', 'Contract id'), <code>{contract.id}</code>],
              [t('到達日時', 'Arrived'), <At at={found.arrivedAt} />],
              [
                t('ご希望日', 'Day asked for'),
                found.requestedDay === null ? t('なし', 'None') : dayText(found.requestedDay, language),
              ],
              [
                t('利用終了日', 'Last day of service'),
                <strong>
                  {t(
                    `${dayText(found.effectiveDay, language)} 24時`,
                    `${dayText(found.effectiveDay, language)}, 24:00 JST`,
                  )}
                </strong>,
              ],
              [
                t('最後に請求する月', 'Last month that is billed'),
                monthText(monthOfDate(found.effectiveDay), language),
              ],
              [t('根拠', 'By'), t('第6条（解除）', '第6条 of the terms')],
            ]}
          />
          <p class="note">
            {t(
              '利用終了日の終わりに、登録されているすべてのIDが解除され、認証できなくなります。お申し込みの取り消しや、終了日を遅らせる変更は、運用者へご連絡ください。',
              'With the end of that day all IDs are deregistered and can no longer authenticate. To withdraw the notice, or to end later, turn to the operator.',
            )}
          </p>
        </>
      ),
    });
  }
}

function cancellationFields({ t }: Signed, operator: boolean): readonly Field[] {
  const requested: Field = {
    kind: 'day',
    name: 'requestedDay',
    label: t('利用終了のご希望日', 'Day asked for'),
    hint: t(
      '30日目より早い日を入力しても、30日目が利用終了日になります。',
      'A day before the 30th does not shorten the 30 days.',
    ),
  };
  if (!operator) return [requested];
  return [
    {
      kind: 'day',
      name: 'arrivedOn',
      label: t('到達した日', 'Day of arrival'),
      required: true,
      hint: t('書面が到達した日です。', 'When the notice arrived.'),
    },
    {
      kind: 'list',
      name: 'form',
      label: t('申込書の種類', 'Form'),
      required: true,
      options: [
        { value: 'paper', label: t('書面', 'Paper') },
        { value: 'portal', label: t('この画面', 'These pages') },
      ],
    },
    requested,
  ];
}

async function foreseeNotice(
  visit: Signed,
  contract: Contract,
  values: Values,
  operator: boolean,
): Promise<Foresight> {
  const { t, language } = visit;
  const foreseen = (await foresee(visit, contract.id, formOf(values, contract, operator))) as Foreseen;
  const { arrivedOn, effectiveDay } = foreseen;
  const today =
    arrivedOn === visit.today
      ? t(`本日（${japaneseDay(arrivedOn)}）`, `today (${arrivedOn})`)
      : t(japaneseDay(arrivedOn), arrivedOn);
  return {
    kept: { expectedEffectiveDay: effectiveDay },
    kind: 'warning',
    title: t(
      `${today}のお申し込みで、利用終了日は${dayText(effectiveDay, language)}24時です。到達日の翌日から数えて30日目と、ご希望日の遅いほうです（第6条）。`,
      `A notice of ${today} ends the service with ${dayText(effectiveDay, language)}, 24:00 JST: the 30th day after its arrival, or the day asked for, whichever is later (第6条).`,
    ),
    details: [
      t(
        `${monthText(monthOfDate(effectiveDay), language)}分までを請求します。利用終了日の終わりに、すべてのIDが解除されます。`,
        `Months until ${monthOfDate(effectiveDay)} are billed. With the end of that day all IDs are deregistered.`,
      ),
      t(
        'お申し込み後の取り消しは、利用終了日までに運用者へご連絡ください。',
        'To withdraw it, turn to the operator before that day.',
      ),
    ],
  };
}
