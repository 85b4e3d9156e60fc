import { Controller, Param } from '@nestjs/common';
import { ok } from '../../api/portal-api.ts';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, redirect } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { inContract } from '../../visit/audiences.ts';
import { hasRole } from '../../visit/me.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, ofContract, readContract } from '../contracts/contract-words.tsx';
import { filled } from '../contracts/contract-form.ts';

/** To whom documents of a contract go, and how. */
@Controller('portal/contracts/:contract')
export class BillingProfileController {
  @FormAt('billing-profile')
  @Access(inContract('billing', 'operator', 'finance'))
  async changeProfile(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t, api, me } = visit;
    const [contract, profile] = await Promise.all([
      readContract(visit, id),
      ok(api.GET('/v1/contracts/{id}/billing-profile', { params: { path: { id } } })),
    ]);
    const { billTo } = profile;
    const whole = hasRole(me, 'operator', 'finance');
    const back = `${contractPath(id)}/billing`;
    return runForm(visit, {
      title: t('請求先の変更', 'Change the billing profile'),
      lead: whole
        ? t('以後に発行する書類に使われます。', 'Documents issued later use it.')
        : t(
            '担当者と発注番号を変更できます。宛名や住所の変更は運用者へご連絡ください。',
            'You can change the contact and the purchase order; for the rest turn to the operator.',
          ),
      initial: {
        'billTo.name': billTo.name ?? '',
        'billTo.honorific': billTo.honorific,
        'billTo.postalCode': billTo.postalCode ?? '',
        'billTo.address': billTo.address ?? '',
        'billTo.department': billTo.department ?? '',
        'billTo.contact': billTo.contact ?? '',
        purchaseOrder: profile.purchaseOrder ?? '',
        delivery: profile.delivery.join(','),
      },
      fields: [
        ...(whole
          ? ([
              { kind: 'text', name: 'billTo.name', label: t('宛名', 'Name'), max: 200 },
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
                max: 500,
                autocomplete: 'street-address',
              },
              { kind: 'text', name: 'billTo.department', label: t('部署', 'Department'), max: 200 },
            ] as const)
          : []),
        { kind: 'text', name: 'billTo.contact', label: t('担当者', 'Contact'), max: 200 },
        { kind: 'text', name: 'purchaseOrder', label: t('発注番号', 'Purchase order'), max: 100 },
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
            ] as const)
          : []),
      ],
      submit: t('変更する', 'Change'),
      back: { href: back, label: t('戻る', 'Back') },
      page: {
        section: 'billing',
        ...ofContract(contract),
        trail: [{ href: back, label: t('請求', 'Billing') }],
      },
      send: async (values) => {
        const billTo = Object.fromEntries(
          (['name', 'honorific', 'postalCode', 'address', 'department', 'contact'] as const).flatMap(
            (name) => (values[`billTo.${name}`] ? [[name, values[`billTo.${name}`]]] : []),
          ),
        );
        await ok(
          api.PATCH('/v1/contracts/{id}/billing-profile', {
            params: { path: { id } },
            body: {
              ...(Object.keys(billTo).length > 0 && { billTo }),
              ...filled(values, ['purchaseOrder']),
              ...(whole && values['delivery'] && { delivery: values['delivery'].split(',') as never }),
            },
          }),
        );
        return redirect(`${back}?done=profile`);
      },
    });
  }
}
