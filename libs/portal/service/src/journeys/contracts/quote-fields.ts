import type { Schemas } from '../../api/portal-api.ts';
import type { Field, Values } from '../../forms/field.ts';
import type { Signed } from '../../visit/visit.ts';
import { planName, type Contract } from './contract-words.tsx';
import { filled } from './contract-form.ts';

export function quoteFields({ t }: Signed, plan: Contract['plan']): readonly Field[] {
  const shared: readonly Field[] = [
    {
      kind: 'choice',
      name: 'plan',
      label: t('プラン', 'Plan'),
      required: true,
      options: [{ value: plan, label: planName(plan, t) }],
    },
    { kind: 'month', name: 'effectiveMonth', label: t('適用する月', 'From the month'), required: true },
    {
      kind: 'amount',
      name: 'baseFee',
      label: t('月額基本料', 'Base fee a month'),
      required: true,
      unit: t('円', 'yen'),
    },
    {
      kind: 'choice',
      name: 'baseFeeInPartialMonth',
      label: t('利用期間が1か月に満たない月の基本料', 'Base fee of a month that is served in part'),
      required: true,
      options: [
        { value: 'full', label: t('全額', 'In full') },
        { value: 'prorated', label: t('日割り', 'By days') },
      ],
    },
  ];
  const usage: readonly Field[] =
    plan === 'enterprise'
      ? [
          {
            kind: 'amount',
            name: 'accountFee',
            label: t('アカウント使用料（1アカウント・1か月）', 'Account usage, per account and month'),
            required: true,
            unit: t('円', 'yen'),
          },
        ]
      : [
          {
            kind: 'choice',
            name: 'authApi.model',
            label: t('認証API使用料の計算', 'How auth API usage is priced'),
            required: true,
            options: [
              { value: 'perUnit', label: t('1回あたりの単価', 'A price for each') },
              { value: 'package', label: t('まとまった回数ごとの料金', 'A price for each package') },
              { value: 'graduated', label: t('段階ごとの単価（段階別）', 'Each tier by its own price') },
              { value: 'volume', label: t('合計回数の段階の単価（一括）', 'All by the price of the tier') },
            ],
          },
          {
            kind: 'amount',
            name: 'authApi.unitPrice',
            label: t('単価', 'Unit price'),
            unit: t('円／回', 'yen each'),
            hint: t('「1回あたりの単価」の場合', 'For a price for each'),
          },
          {
            kind: 'digits',
            name: 'authApi.packageSize',
            label: t('まとまりの回数', 'Size of a package'),
            max: 9,
            hint: t('「まとまった回数ごとの料金」の場合', 'For packages'),
          },
          {
            kind: 'amount',
            name: 'authApi.packagePrice',
            label: t('まとまりの料金', 'Price of a package'),
            unit: t('円', 'yen'),
          },
          {
            kind: 'multiline',
            name: 'authApi.tiers',
            label: t('段階', 'Tiers'),
            max: 2000,
            hint: t(
              '1行に1段階：上限,単価,定額。最後の段階の上限は空です。例：1000,1,500',
              'A line for each: up to,price,flat fee. The last has no limit. For example 1000,1,500',
            ),
          },
          { kind: 'digits', name: 'authApi.freeUnits', label: t('無料の回数', 'Free units'), max: 9 },
        ];
  return [
    ...shared,
    ...usage,
    {
      kind: 'text',
      name: 'replaces',
      label: t('置き換える提示の番号', 'Replaces the quote'),
      max: 64,
      hint: t('発行済みの月の料金を変えるときだけ入力します。', 'Only where an issued month changes.'),
    },
    { kind: 'multiline', name: 'reason', label: t('理由', 'Reason'), max: 500 },
    {
      kind: 'multiline',
      name: 'agreement',
      label: t('契約者との合意', 'The contractor’s agreement'),
      max: 500,
    },
  ];
}

function tiersOf(text: string): Schemas['TierForm'][] {
  return text
    .normalize('NFKC')
    .split('\n')
    .map((line) => line.split(',').map((part) => part.trim()))
    .filter((parts) => parts.some((part) => part !== ''))
    .map(([upTo, unitPrice, flatFee]) => ({
      upTo: upTo === '' || upTo === undefined ? (null as never) : Number(upTo),
      unitPrice: unitPrice ?? '',
      ...(flatFee !== undefined && flatFee !== '' && { flatFee }),
    }));
}

/** What was filled in of the price of authentications. */
const within = <Name extends string>(values: Values, names: readonly Name[]): Partial<Record<Name, string>> =>
  filled(Object.fromEntries(names.map((name) => [name, values[`authApi.${name}`] ?? ''])), names);

/** Of a form what its model has; the surface judges it. */
export function quoteForm(values: Values, plan: Contract['plan']): Schemas['QuoteForm'] {
  const model = values['authApi.model'] as Schemas['AuthApiForm']['model'];
  return {
    plan,
    effectiveMonth: values['effectiveMonth']!,
    baseFee: values['baseFee']!,
    baseFeeInPartialMonth: values['baseFeeInPartialMonth'] === 'prorated' ? 'prorated' : 'full',
    ...(plan === 'enterprise'
      ? { accountFee: values['accountFee']! }
      : {
          authApi: {
            model,
            ...(model === 'perUnit' && within(values, ['unitPrice'])),
            ...(model === 'package' && {
              ...(values['authApi.packageSize'] && { packageSize: Number(values['authApi.packageSize']) }),
              ...within(values, ['packagePrice']),
            }),
            ...((model === 'graduated' || model === 'volume') && {
              tiers: tiersOf(values['authApi.tiers'] ?? ''),
            }),
            ...(values['authApi.freeUnits'] && { freeUnits: Number(values['authApi.freeUnits']) }),
          },
        }),
    ...filled(values, ['replaces', 'reason', 'agreement']),
  };
}
