import { Controller, Param } from '@nestjs/common';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, redirect } from '../../pages/answer.ts';
import { Access, Visited, Weighty } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, planName, readContract, type Contract } from './contract-words.tsx';
import { aboutContract } from './contract-form.ts';
import { quoteFields, quoteForm } from './quote-fields.ts';

/** Prices that 別紙1 leaves to be told. */
@Controller('portal/contracts/:contract')
export class QuotesController {
  @FormAt('quotes/new')
  @Weighty()
  @Access(only('operator'))
  async quote(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t } = visit;
    const contract = await readContract(visit, id);
    const asked =
      visit.form.get('plan') ?? visit.query.get('plan') ?? contract.pendingPlanChange?.plan ?? contract.plan;
    const plan: Contract['plan'] = asked === 'service-provider' ? 'service-provider' : 'enterprise';
    const other = plan === 'enterprise' ? 'service-provider' : 'enterprise';
    return runForm(visit, {
      ...aboutContract(visit, contract, t('料金の提示', 'Quote prices')),
      lead: t(
        '別紙1の「別途契約者に示す金額」です。税抜きで入力します。',
        'What 別紙1 leaves to be told to the contractor, without tax.',
      ),
      above: (
        <p>
          <a href={`${contractPath(id)}/quotes/new?plan=${other}`}>
            {t(`${planName(other, t)}の料金を提示する`, `Quote for ${planName(other, t)} instead`)}
          </a>
        </p>
      ),
      initial: {
        plan,
        effectiveMonth:
          contract.pendingPlanChange?.fromMonth ?? (contract.billingStartDate ?? visit.today).slice(0, 7),
        baseFeeInPartialMonth: 'full',
        'authApi.model': 'perUnit',
      },
      fields: quoteFields(visit, plan),
      submit: t('この料金を提示する', 'Quote these prices'),
      foresee: () => ({
        kind: 'info',
        title: t(
          'この料金は、適用する月の全体に適用されます。',
          'These prices govern the whole of each month from then on.',
        ),
        details: t(
          '次の提示まで有効です。発行済みの月の料金を変えるには、置き換える提示・理由・合意が必要です。',
          'They hold until the next quote. To change an issued month, name what it replaces, a reason and the agreement.',
        ),
      }),
      send: async (values) => {
        const answer = await visit.api.POST('/v1/contracts/{id}/quotes', {
          params: { path: { id } },
          body: quoteForm(values, plan),
        });
        return redirect(`${contractPath(id)}/plan?done=${'approval' in answer ? 'proposed' : 'quoted'}`);
      },
    });
  }
}
