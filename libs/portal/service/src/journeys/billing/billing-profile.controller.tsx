import { Controller, Param } from '@nestjs/common';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { valuesOf } from '../../forms/field.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, redirect } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { inContract } from '../../visit/audiences.ts';
import { hasRole } from '../../visit/me.ts';
import type { Signed } from '../../visit/visit.ts';
import { aboutContract } from '../contracts/contract-form.ts';
import { contractPath, readContract } from '../contracts/contract-words.tsx';
import { endpointFields, entered, holidays } from './party-fields.ts';

const OF_CONTRACTOR = ['contact'] as const;
const BILL_TO = ['name', 'honorific', 'postalCode', 'address', 'department', ...OF_CONTRACTOR] as const;

/** To whom documents of a contract go, and how. */
@Controller('portal/contracts/:contract')
export class BillingProfileController {
  @FormAt('billing-profile')
  @Access(inContract('billing', 'operator', 'finance'))
  async changeProfile(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t, api, me } = visit;
    const [contract, profile] = await Promise.all([
      readContract(visit, id),
      api.GET('/v1/contracts/{id}/billing-profile', { params: { path: { id } } }),
    ]);
    const whole = hasRole(me, 'operator', 'finance');
    const back = `${contractPath(id)}/billing`;
    return runForm(visit, {
      ...aboutContract(visit, contract, t('請求先の変更', 'Change the billing profile'), 'billing'),
      lead: whole
        ? t('以後に発行する書類に使われます。', 'Documents issued later use it.')
        : t(
            '担当者と発注番号を変更できます。宛名や住所の変更は運用者へご連絡ください。',
            'You can change the contact and the purchase order; for the rest turn to the operator.',
          ),
      initial: valuesOf(profile),
      fields: [
        ...(whole
          ? ([
              {
                kind: 'text',
                name: 'billTo.name',
                label: t('宛名', 'Name'),
                max: 200,
                hint: t('入力しなければ契約者名です。', 'Without it the contractor.'),
              },
              {
                kind: 'list',
                name: 'billTo.honorific',
                label: t('敬称', 'Honorific'),
                options: [
                  { value: '御中', label: '御中' },
                  { value: '様', label: '様' },
                ],
              },
              {
                kind: 'text',
                name: 'billTo.postalCode',
                label: t('郵便番号', 'Postal code'),
                max: 8,
                autocomplete: 'postal-code',
              },
              {
                kind: 'text',
                name: 'billTo.address',
                label: t('住所', 'Address'),
                max: 300,
                autocomplete: 'street-address',
              },
              { kind: 'text', name: 'billTo.department', label: t('部署', 'Department'), max: 200 },
            ] as const)
          : []),
        { kind: 'text', name: 'billTo.contact', label: t('担当者', 'Contact'), max: 100 },
        { kind: 'text', name: 'purchaseOrder', label: t('発注番号', 'Purchase order'), max: 50 },
        ...(whole
          ? ([
              {
                kind: 'several',
                name: 'delivery',
                label: t('送付方法', 'Delivery'),
                options: [
                  { value: 'mail', label: t('メール', 'Mail') },
                  { value: 'e-invoice', label: t('電子インボイス', 'E-invoice') },
                  { value: 'download', label: t('ダウンロード', 'Download') },
                ],
              },
              {
                kind: 'email',
                name: 'email',
                label: t('書類を送るメールアドレス', 'The address that documents are sent to'),
                hint: t('メールで送るときに入力します。', 'Needed where they go by mail.'),
              },
              ...endpointFields(t),
              {
                kind: 'digits',
                name: 'paymentTerm.monthsAfter',
                label: t('支払期限（何か月後の末日か）', 'Due at the end of which month after'),
                hint: t(
                  '入力しなければ「計算と支払の条件」のとおりです。',
                  'Without it as the policy of the month has it.',
                ),
                max: 2,
              },
              {
                kind: 'list',
                name: 'paymentTerm.onHoliday',
                label: t('支払期限が休業日のとき', 'Where that is a holiday'),
                options: holidays(t),
              },
              {
                kind: 'text',
                name: 'customerCode',
                label: t('会計での取引先コード', 'Customer code in accounting'),
                hint: t('入力しなければ契約番号を使います。', 'Without it the contract id.'),
                max: 30,
              },
            ] as const)
          : []),
      ],
      submit: t('変更する', 'Change'),
      send: async (values) => {
        // What is left empty is said no more.
        const orNull = (name: string): string | null => values[name] || null;
        const billTo = Object.fromEntries(
          (whole ? BILL_TO : OF_CONTRACTOR).map((name) => [name, orNull(`billTo.${name}`)]),
        );
        const term = entered(values, 'paymentTerm', ['monthsAfter', 'onHoliday']);
        await api.PATCH('/v1/contracts/{id}/billing-profile', {
          params: { path: { id } },
          body: {
            billTo,
            purchaseOrder: orNull('purchaseOrder'),
            ...(whole && {
              ...(values['delivery'] && { delivery: values['delivery'].split(',') as never }),
              email: orNull('email'),
              endpoint: entered(values, 'endpoint', ['scheme', 'id']) as never,
              paymentTerm: withNumber(term) as never,
              customerCode: orNull('customerCode'),
            }),
          },
        });
        return redirect(`${back}?done=profile`);
      },
    });
  }
}

/** Months are a number for the surface. */
const withNumber = (term: { readonly monthsAfter?: string } | null): object | null =>
  term?.monthsAfter === undefined ? term : { ...term, monthsAfter: Number(term.monthsAfter) };
