import { Controller, Get, Param } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import type { Schemas } from '../../api/portal-api.ts';
import { Facts, Panel, Table } from '../../components/table.tsx';
import { At } from '../../components/time.tsx';
import { numberText } from '../../components/money.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { type Field, valuesOf } from '../../forms/field.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, type Crumb, page, redirect } from '../../pages/answer.ts';
import { PageError } from '../../pages/page-error.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import { calledIfKnown, type Told } from '../../visit/language.ts';
import { doneIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { reasonField } from '../contracts/contract-form.ts';
import { formatText } from '../exports/export-words.ts';
import {
  customerOptions,
  enteredSettings,
  LINE_TYPES,
  productFields,
  PRODUCTS,
  productValues,
  type Product,
} from './product-fields.ts';

type Settings = Schemas['ExportSettings'];

const postingDates = (t: Told) => [
  { value: 'last-day-of-supply', label: t('利用期間の末日', 'Last day of supply') },
  { value: 'issue-day', label: t('発行日', 'Day of issue') },
];

const HOME = '/portal/settings/exports';
const trail = (t: Told): readonly Crumb[] => [
  { href: '/portal/settings', label: t('設定', 'Settings') },
  { href: HOME, label: t('書き出しの設定', 'How files are written') },
];

/** How files for accounting systems are written. A change is one of all settings; what a form does not show stays as it is. */
@Controller('portal/settings/exports')
export class ExportSettingsController {
  @Get()
  @Access(only('operator', 'finance'))
  async settings(@Visited() visit: Signed): Promise<Answer> {
    const { t, query } = visit;
    const found = await current(visit);
    return page({
      title: t('書き出しの設定', 'How files are written'),
      section: 'settings',
      trail: trail(t).slice(0, 1),
      lead: t(
        'これから作成するファイルに使います。作成済みのファイルは変わりません。',
        'For files made from now on; those that are there stay as they are.',
      ),
      done: doneIn(query, { set: t('書き出しの設定を変更しました', 'The settings were changed') }),
      actions: (
        <ActionLink
          main
          href={`${HOME}/common`}
          label={t('共通の設定を変更する', 'Change what all have in common')}
        />
      ),
      body: (
        <>
          <Panel title={t('共通', 'Common')}>
            <Facts
              facts={[
                [t('版', 'Version'), numberText(found.version)],
                [
                  t('計上日', 'Posting date'),
                  postingDates(t).find(({ value }) => value === found.postingDate)?.label ?? '—',
                ],
                [
                  t('標準CSVの勘定科目', 'Accounts in the canonical CSV'),
                  Object.entries(found.accountCodes)
                    .map(([type, code]) => `${typeText(type, t)} ${code}`)
                    .join('、') || t('なし', 'None'),
                ],
                [t('変更', 'Changed'), found.setAt === undefined ? '—' : <At at={found.setAt} />],
                [t('理由', 'Reason'), found.reason ?? '—'],
              ]}
            />
          </Panel>
          <Panel title={t('製品ごと', 'By product')}>
            <Table<Product>
              caption={t('製品ごとの設定', 'Settings by product')}
              rows={PRODUCTS}
              empty=""
              columns={[
                {
                  head: t('製品', 'Product'),
                  names: true,
                  cell: (product) => <a href={`${HOME}/${product}`}>{formatText(product, t)}</a>,
                },
                { head: t('売掛金', 'Receivable'), cell: (product) => found[product].receivable.account },
                { head: t('売上高', 'Sales'), cell: (product) => found[product].sales.account },
                {
                  head: t('税区分（10%）', 'Tax name (10%)'),
                  cell: (product) => found[product].taxNames['JP-STD-10-2019'],
                },
                {
                  head: t('取引先', 'Customer'),
                  cell: (product) =>
                    customerOptions(t).find(({ value }) => value === found[product].customer)?.label,
                },
                {
                  head: t('金額', 'Amounts'),
                  cell: (product) =>
                    found[product].taxEntry === 'inclusive'
                      ? t('税込み', 'With tax')
                      : t('税抜き', 'Without tax'),
                },
              ]}
            />
          </Panel>
        </>
      ),
    });
  }

  @FormAt('common')
  @Access(only('operator', 'finance'))
  async setCommon(@Visited() visit: Signed): Promise<Answer> {
    const { t } = visit;
    const before = await current(visit);
    const types = Object.keys(LINE_TYPES);
    return runForm(visit, {
      title: t('共通の設定', 'What all files have in common'),
      initial: { ...valuesOf(before), reason: '' },
      fields: [
        {
          kind: 'choice',
          name: 'postingDate',
          label: t('計上日', 'Posting date'),
          required: true,
          options: postingDates(t),
        },
        ...types.map((type): Field => ({
          kind: 'text',
          name: `accountCodes.${type}`,
          label: t(
            `標準CSVの勘定科目：${typeText(type, t)}`,
            `Account in the canonical CSV: ${typeText(type, t)}`,
          ),
          max: 32,
        })),
        reasonField({ t }),
      ],
      submit: t('設定する', 'Set'),
      page: { section: 'settings', trail: trail(t) },
      send: (values) =>
        set(
          visit,
          {
            ...before,
            postingDate: values['postingDate'] as Settings['postingDate'],
            accountCodes: Object.fromEntries(
              types.flatMap((type) => {
                const code = values[`accountCodes.${type}`];
                return code ? [[type, code]] : [];
              }),
            ),
          },
          values['reason']!,
        ),
    });
  }

  @FormAt(':product')
  @Access(only('operator', 'finance'))
  async setProduct(@Visited() visit: Signed, @Param('product') name: string): Promise<Answer> {
    const { t } = visit;
    const product = PRODUCTS.find((each) => each === name);
    if (product === undefined) throw new PageError(404, 'not-found');
    const before = await current(visit);
    return runForm(visit, {
      title: t(`${formatText(product, t)}の設定`, `Settings of ${formatText(product, t)}`),
      initial: productValues(product, before[product]),
      fields: [...productFields(product, t), reasonField({ t })],
      submit: t('設定する', 'Set'),
      page: { section: 'settings', trail: trail(t) },
      send: (values) =>
        set(
          visit,
          { ...before, [product]: enteredSettings(product, values, before[product]) },
          values['reason']!,
        ),
    });
  }
}

const current = ({ api }: Signed): Promise<Settings> => api.GET('/v1/billing/export-settings');

const typeText = calledIfKnown(LINE_TYPES);

/** The surface takes all settings at once, and gives what is left out its default. */
async function set({ api }: Signed, settings: Settings, reason: string): Promise<Answer> {
  const { postingDate, accountCodes, freee, moneyforward, yayoi, 'kanjo-bugyo': kanjoBugyo } = settings;
  await api.PUT('/v1/billing/export-settings', {
    body: { postingDate, accountCodes, freee, moneyforward, yayoi, 'kanjo-bugyo': kanjoBugyo, reason },
  });
  return redirect(`${HOME}?done=set`);
}
