import { Controller, Param } from '@nestjs/common';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, redirect } from '../../pages/answer.ts';
import { Access, Visited, Weighty } from '../../visit/access.decorator.ts';
import { inContract, only } from '../../visit/audiences.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, readContract } from '../contracts/contract-words.tsx';
import { aboutContract, filled, reasonField } from '../contracts/contract-form.ts';
import { conditionName } from './plan-words.ts';
import type { Named } from '../../visit/named.ts';

type AtCondition = Named<'contract' | 'condition'>;

/** The conditions of use, and withholding the service where they are not met (第5条). */
@Controller('portal/contracts/:contract')
export class ConditionsController {
  @FormAt('conditions/:condition')
  @Access(inContract('administer', 'operator'))
  async attest(@Visited() visit: Signed, @Param() { contract: id, condition }: AtCondition): Promise<Answer> {
    const { t } = visit;
    const contract = await readContract(visit, id);
    const number = Number(condition);
    const name = conditionName(number, t);
    return runForm(visit, {
      ...aboutContract(visit, contract, t(`利用条件：${name}`, `Condition: ${name}`), 'plan'),
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
      send: async (values) => {
        await visit.api.PUT('/v1/contracts/{id}/conditions/{condition}', {
          params: { path: { id, condition: number as never } },
          body: {
            met: values['met'] === 'true',
            on: values['on']!,
            attestedBy: values['attestedBy']!,
            ...filled(values, ['licenceVersion']),
          },
        });
        return redirect(`${contractPath(id)}/plan?done=condition`);
      },
    });
  }

  /** What programs that ask hear of a denial: which reason it had, or that it was denied. */
  @FormAt('denial-reasons')
  @Access(inContract('administer', 'operator'))
  async denialReasons(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t } = visit;
    const contract = await readContract(visit, id);
    return runForm(visit, {
      ...aboutContract(
        visit,
        contract,
        t('認証できない理由の通知', 'Telling why a sign-in was denied'),
        'plan',
      ),
      lead: t(
        '認証を問い合わせたサービスに、認証できなかった理由（コードの誤り、ロックなど）を伝えるかを決めます。認証履歴には、どちらでも理由が残ります。',
        'Whether the service that asks is told why a sign-in was denied. The record has the reason in any case.',
      ),
      initial: { disclosed: String(contract.denialReasonsDisclosed) },
      fields: [
        {
          kind: 'choice',
          name: 'disclosed',
          label: t('問い合わせたサービスに', 'The service that asks'),
          required: true,
          options: [
            { value: 'true', label: t('理由を伝える', 'is told the reason') },
            { value: 'false', label: t('「認証できない」とだけ伝える', 'is told of the denial alone') },
          ],
        },
      ],
      submit: t('変更する', 'Change'),
      send: async (values) => {
        await visit.api.PUT('/v1/contracts/{id}/settings', {
          params: { path: { id } },
          body: { denialReasonsDisclosed: values['disclosed'] === 'true' },
        });
        return redirect(`${contractPath(id)}/plan?done=denial-reasons`);
      },
    });
  }

  @FormAt('withholding')
  @Weighty()
  @Access(only('operator'))
  async withhold(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t } = visit;
    const contract = await readContract(visit, id);
    const withheld = !contract.withheld;
    return runForm(visit, {
      ...aboutContract(
        visit,
        contract,
        withheld ? t('提供の保留', 'Withhold the service') : t('提供の再開', 'Restore the service'),
        'plan',
      ),
      fields: [reasonField(visit)],
      submit: withheld ? t('提供を保留する', 'Withhold') : t('提供を再開する', 'Restore'),
      danger: withheld,
      foresee: () =>
        withheld
          ? {
              kind: 'warning',
              title: t(
                'この契約のすべてのIDが、ただちに認証できなくなります（第5条第3項）。',
                'From now on no ID of this contract can authenticate (第5条3項).',
              ),
              details: t(
                'IDは登録されたままで、月額料金は発生し続けます。この画面から再開できます。',
                'IDs stay registered and monthly fees go on. It can be restored here.',
              ),
            }
          : {
              kind: 'info',
              title: t('認証を再開します（第5条第3項）。', 'Authentication is restored (第5条3項).'),
            },
      send: async (values) => {
        await visit.api.PUT('/v1/contracts/{id}/withholding', {
          params: { path: { id } },
          body: { withheld, reason: values['reason']! },
        });
        return redirect(`${contractPath(id)}/plan?done=withholding`);
      },
    });
  }
}
