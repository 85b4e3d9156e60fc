import type { Schemas } from '../../api/portal-api.ts';
import { type Field, type Values, valuesOf } from '../../forms/field.ts';
import type { Told } from '../../visit/language.ts';
import { taxText } from '../billing/document-words.tsx';

export const PRODUCTS = ['freee', 'moneyforward', 'yayoi', 'kanjo-bugyo'] as const;
export type Product = (typeof PRODUCTS)[number];
export type ProductSettings = Schemas['ProductSettings'];
type Account = Schemas['LedgerAccount'];

const TAXES = ['JP-STD-8-2014', 'JP-STD-10-2019', 'JP-RED-8-2019', 'JP-OUT'] as const;

/** Lines of documents by type, with the word that documents have for them. */
export const LINE_TYPES = {
  BASE: ['月額基本料', 'Base fee'],
  ACCOUNT: ['アカウント使用料', 'Account usage'],
  AUTH_API: ['認証API使用料', 'Auth API usage'],
  INITIAL: ['初期費用', 'Initial fee'],
  ONE_OFF: ['一時費用', 'One-time fee'],
  CREDIT: ['返還', 'Credit'],
} as const;
const TYPES = Object.keys(LINE_TYPES) as (keyof typeof LINE_TYPES)[];

/** Products that take amounts without their tax too. */
const EXCLUSIVE: readonly Product[] = ['freee', 'kanjo-bugyo'];

export const customerOptions = (t: Told) => [
  { value: 'code', label: t('契約の番号', 'Number of the contract') },
  { value: 'name', label: t('契約者の名称', 'Name of the contractor') },
  { value: 'none', label: t('なし', 'None') },
];

/** What can be set of one product; names are those of the surface, so that its faults stand at their fields. */
export function productFields(product: Product, t: Told): readonly Field[] {
  const text = (name: string, label: string, required = false): Field => ({
    kind: 'text',
    name: `${product}.${name}`,
    label,
    required,
    max: 40,
  });
  const account = (name: string, ja: string, en: string): readonly Field[] => [
    text(`${name}.account`, t(`${ja}の勘定科目`, `${en}: account`), true),
    text(`${name}.subAccount`, t(`${ja}の補助科目`, `${en}: sub-account`)),
    text(`${name}.department`, t(`${ja}の部門`, `${en}: department`)),
  ];
  return [
    ...account('receivable', '売掛金', 'Receivable'),
    text('untaxedName', t('売掛金の税区分', 'Tax name of the receivable'), true),
    ...account('sales', '売上高', 'Sales'),
    ...TYPES.map((type) =>
      text(
        `salesOf.${type}.account`,
        t(
          `${LINE_TYPES[type][0]}の勘定科目（売上高と別のとき）`,
          `${LINE_TYPES[type][1]}: account, where it is another`,
        ),
      ),
    ),
    ...TAXES.map((code) =>
      text(
        `taxNames.${code}`,
        t(`売上の税区分：${taxText(code, t)}`, `Tax name of sales: ${taxText(code, t)}`),
        true,
      ),
    ),
    ...TAXES.map((code) =>
      text(
        `creditTaxNames.${code}`,
        t(
          `返還の税区分：${taxText(code, t)}（売上と別のとき）`,
          `Tax name of credit notes: ${taxText(code, t)}, where it is another`,
        ),
      ),
    ),
    {
      kind: 'choice',
      name: `${product}.customer`,
      label: t('取引先として書く内容', 'What stands for the customer'),
      required: true,
      options: customerOptions(t),
    },
    {
      kind: 'choice',
      name: `${product}.taxEntry`,
      label: t('金額の書き方', 'Amounts'),
      required: true,
      options: [
        { value: 'inclusive', label: t('税込み（内税）', 'With their tax') },
        ...(EXCLUSIVE.includes(product)
          ? [{ value: 'exclusive', label: t('税抜き（外税）', 'Without their tax') }]
          : []),
      ],
    },
  ];
}

/** Settings as the fields show them. */
export function productValues(product: Product, settings: ProductSettings): Values {
  const shown = new Set(productFields(product, (ja) => ja).map(({ name }) => name));
  const known = Object.entries(valuesOf({ [product]: settings }));
  return Object.fromEntries(known.filter(([name]) => shown.has(name)));
}

/** What was entered, over what the form does not show of the settings there are. */
export function enteredSettings(product: Product, values: Values, before: ProductSettings): ProductSettings {
  const entered = (name: string): string | undefined => values[`${product}.${name}`] || undefined;
  const account = (name: 'receivable' | 'sales'): Account => ({
    account: entered(`${name}.account`) ?? '',
    ...defined('subAccount', entered(`${name}.subAccount`)),
    ...defined('department', entered(`${name}.department`)),
  });
  const salesOf = TYPES.flatMap((type) => {
    const own = entered(`salesOf.${type}.account`);
    return own === undefined ? [] : [[type, { ...before.salesOf[type], account: own }] as const];
  });
  const taxes = (name: 'taxNames' | 'creditTaxNames') =>
    TAXES.flatMap((code) => {
      const own = entered(`${name}.${code}`);
      return own === undefined ? [] : [[code, own] as const];
    });
  return {
    receivable: account('receivable'),
    sales: account('sales'),
    salesOf: Object.fromEntries(salesOf),
    taxNames: { ...before.taxNames, ...Object.fromEntries(taxes('taxNames')) },
    creditTaxNames: Object.fromEntries(taxes('creditTaxNames')),
    untaxedName: entered('untaxedName') ?? '',
    customer: values[`${product}.customer`] as ProductSettings['customer'],
    taxEntry: values[`${product}.taxEntry`] as ProductSettings['taxEntry'],
  };
}

const defined = <Name extends string>(name: Name, value: string | undefined): { [Each in Name]?: string } =>
  (value === undefined ? {} : { [name]: value }) as { [Each in Name]?: string };
