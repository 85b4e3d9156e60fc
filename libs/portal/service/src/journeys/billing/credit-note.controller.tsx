import { Controller, Param } from '@nestjs/common';
import type { Schemas } from '../../api/portal-api.ts';
import { numberText, yenText } from '../../components/money.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, redirect } from '../../pages/answer.ts';
import { Access, Visited, Weighty } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import type { Signed } from '../../visit/visit.ts';
import { taxText } from './document-words.tsx';

/** A reduction that was agreed: asked for here, approved by another person. */
@Controller('portal/invoices')
export class CreditNoteController {
  @FormAt(':number/credit-note')
  @Weighty()
  @Access(only('operator', 'finance'))
  async credit(@Visited() visit: Signed, @Param('number') number: string): Promise<Answer> {
    const { t, api } = visit;
    const invoice = await api.GET('/v1/invoices/{number}', { params: { path: { number } } });
    const back = `/portal/invoices/${number}`;
    const codes = invoice.taxes.map(({ taxCode }) => taxCode);
    return runForm(visit, {
      title: t(`返還の申請（${number}）`, `Credit note for ${number}`),
      lead: t(
        '契約者と合意した減額です。別の担当者が承認すると、返還の書類が発行されます。',
        'An agreed reduction. It is issued once another person approves it.',
      ),
      initial: { taxCode: codes[0] ?? '', agreedOn: visit.today },
      fields: [
        {
          kind: 'amount',
          name: 'amount',
          label: t('減額する金額（税抜き）', 'Amount, without tax'),
          required: true,
          unit: t('円', 'yen'),
        },
        {
          kind: 'list',
          name: 'taxCode',
          label: t('税率', 'Tax'),
          required: true,
          options: codes.map((value) => ({ value, label: taxText(value, t) })),
        },
        { kind: 'day', name: 'agreedOn', label: t('合意した日', 'Agreed on'), required: true },
        { kind: 'multiline', name: 'reason', label: t('理由', 'Reason'), required: true, max: 500 },
      ],
      submit: t('承認を依頼する', 'Ask for approval'),
      page: { section: 'invoices', of: invoice.recipient.name, trail: [{ href: back, label: number }] },
      foresee: (values) => ({
        kind: 'info',
        title: t(
          `${yenText(values['amount']!)}（税抜き）の返還を申請します。`,
          `A credit of ${numberText(values['amount']!)} yen without tax is asked for.`,
        ),
        details: t(
          '承認されるまで書類は発行されません。承認する人は、申請した人と別の担当者です。',
          'Nothing is issued before another person approves it.',
        ),
      }),
      send: async (values) => {
        await api.POST('/v1/invoices/{number}/credit-notes', {
          params: { path: { number } },
          body: {
            amount: values['amount']!,
            taxCode: values['taxCode'] as Schemas['CreditNoteForm']['taxCode'],
            reason: values['reason']!,
            agreedOn: values['agreedOn']!,
          },
        });
        return redirect(`${back}?done=credit`);
      },
    });
  }
}
