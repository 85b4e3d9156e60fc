import { Controller } from '@nestjs/common';
import type { Schemas } from '../../api/portal-api.ts';
import { monthOfDate } from '../../components/time.tsx';
import { type Field, valuesOf } from '../../forms/field.ts';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, redirect } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import type { Told } from '../../visit/language.ts';
import type { Signed } from '../../visit/visit.ts';
import { endpointFields, entered } from '../billing/party-fields.ts';
import { filled } from '../contracts/contract-form.ts';

const ACCOUNT = ['bank', 'bankCode', 'branch', 'branchCode', 'type', 'number', 'holder'] as const;

const kinds = (t: Told) => [
  { value: 'ordinary', label: t('普通', 'Ordinary') },
  { value: 'current', label: t('当座', 'Current') },
];

const accountFields = (t: Told): readonly Field[] => [
  {
    kind: 'text',
    name: 'bankAccount.bank',
    label: t('振込先の銀行名', 'Bank'),
    max: 60,
    hint: t(
      '請求書に載る振込先です。使うときは、支店名・種別・口座番号・口座名義も入力します。',
      'Named on invoices. With it go branch, kind, number and holder.',
    ),
  },
  {
    kind: 'digits',
    name: 'bankAccount.bankCode',
    label: t('金融機関コード（4桁）', 'Bank code, 4 digits'),
    max: 4,
  },
  { kind: 'text', name: 'bankAccount.branch', label: t('支店名', 'Branch'), max: 60 },
  {
    kind: 'digits',
    name: 'bankAccount.branchCode',
    label: t('支店コード（3桁）', 'Branch code, 3 digits'),
    max: 3,
  },
  { kind: 'list', name: 'bankAccount.type', label: t('口座の種別', 'Kind of account'), options: kinds(t) },
  { kind: 'digits', name: 'bankAccount.number', label: t('口座番号', 'Account number'), max: 8 },
  { kind: 'text', name: 'bankAccount.holder', label: t('口座名義', 'Account holder'), max: 100 },
];

/** 「見本銀行 本店 普通 1234567」. */
export const bankAccountText = (account: Schemas['BankAccount'] | undefined, t: Told): string =>
  account === undefined
    ? '—'
    : [
        account.bank,
        account.branch,
        kinds(t).find(({ value }) => value === account.type)?.label,
        account.number,
      ]
        .filter((each) => each !== undefined)
        .join(' ');

/** What the issuer says of itself on documents, from a month on. */
@Controller('portal/settings')
export class IssuerController {
  @FormAt('issuer')
  @Access(only('operator', 'finance'))
  async setIssuer(@Visited() visit: Signed): Promise<Answer> {
    const { t, api } = visit;
    const { items } = await api.GET('/v1/billing/issuer', { params: { query: { limit: 200 } } });
    const last = items.at(-1);
    return runForm(visit, {
      title: t('発行者の設定', 'Set the issuer'),
      lead: t(
        '書類に使われた月の内容は変えられません。これからの月を指定してください。',
        'What a document used cannot be changed: name a month to come.',
      ),
      initial: { ...valuesOf(last ?? {}), from: monthOfDate(visit.today), reason: '' },
      fields: [
        { kind: 'month', name: 'from', label: t('適用する月', 'From the month'), required: true },
        { kind: 'text', name: 'name', label: t('名称', 'Name'), required: true, max: 100 },
        {
          kind: 'text',
          name: 'registrationNumber',
          label: t('適格請求書発行事業者の登録番号', 'Registration number'),
          max: 14,
          hint: t(
            'Tと13桁の数字です。2023年10月分から、登録番号がないと請求書を発行できません。',
            'T and 13 digits. Without it no month from 2023-10 can be issued.',
          ),
        },
        {
          kind: 'text',
          name: 'postalCode',
          label: t('郵便番号', 'Postal code'),
          max: 8,
          autocomplete: 'postal-code',
        },
        {
          kind: 'text',
          name: 'address',
          label: t('住所', 'Address'),
          max: 200,
          autocomplete: 'street-address',
        },
        { kind: 'text', name: 'phone', label: t('電話番号', 'Telephone'), max: 20, autocomplete: 'tel' },
        ...accountFields(t),
        ...endpointFields(t),
        {
          kind: 'text',
          name: 'taxPeriodEnd',
          label: t('課税期間の末日', 'Last day of the tax periods'),
          max: 5,
          hint: t('月と日です。例：03-31', 'Month and day: 03-31'),
        },
        { kind: 'multiline', name: 'reason', label: t('理由', 'Reason'), required: true, max: 500 },
      ],
      submit: t('設定する', 'Set'),
      page: { section: 'settings', trail: [{ href: '/portal/settings', label: t('設定', 'Settings') }] },
      send: async (values) => {
        const account = entered(values, 'bankAccount', ACCOUNT);
        const endpoint = entered(values, 'endpoint', ['scheme', 'id']);
        await api.PUT('/v1/billing/issuer', {
          body: {
            from: values['from']!,
            name: values['name']!,
            reason: values['reason']!,
            ...filled(values, ['registrationNumber', 'postalCode', 'address', 'phone', 'taxPeriodEnd']),
            // The whole entry is said anew: what is left out would be said no more.
            ...(account !== null && { bankAccount: account as never }),
            ...(endpoint !== null && { endpoint: endpoint as never }),
          },
        });
        return redirect('/portal/settings?done=issuer');
      },
    });
  }
}
