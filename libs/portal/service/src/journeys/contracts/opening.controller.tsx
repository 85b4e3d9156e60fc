import { Controller, Param } from '@nestjs/common';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, redirect } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { office } from '../../visit/audiences.ts';
import { nextOf } from '../../visit/next.ts';
import type { Signed } from '../../visit/visit.ts';
import { aboutContract, reasonField } from './contract-form.ts';
import { readContract } from './contract-words.tsx';

/** Why somebody of the operator's side opens a contract's IDs and sign-ins: asked once in each sign-in. */
@Controller('portal/contracts/:contract')
export class OpeningController {
  @FormAt('opening')
  @Access(office)
  async open(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t, api, form, query } = visit;
    const contract = await readContract(visit, id);
    const next = nextOf(form.get('next') ?? query.get('next'));
    return runForm(visit, {
      ...aboutContract(visit, contract, t('IDと認証履歴を開く理由', 'Why you open IDs and sign-ins')),
      lead: t(
        'ログインごとに1回たずねます。あなたの名前と理由は、契約者の管理者に表示されます。',
        'Asked once in each sign-in. The contract’s administrators see your name and the reason.',
      ),
      hidden: { next },
      fields: [reasonField(visit)],
      submit: t('理由を記録して開く', 'Record it and open them'),
      send: async (values) => {
        await api.POST('/v1/contracts/{id}/openings', {
          params: { path: { id } },
          body: { reason: values['reason']! },
        });
        return redirect(next);
      },
    });
  }
}
