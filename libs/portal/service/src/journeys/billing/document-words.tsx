import type { Schemas } from '../../api/portal-api.ts';
import { Badge } from '../../components/badge.tsx';
import { numberText, yenText } from '../../components/money.tsx';
import { Facts, Table } from '../../components/table.tsx';
import { Day, dayText, Month, monthText } from '../../components/time.tsx';
import { called, calledIfKnown } from '../../visit/language.ts';
import { useSurroundings } from '../../pages/surroundings.ts';
import type { ContractNames } from '../contracts/contract-names.tsx';
import { InvoiceLink } from './invoice-link.tsx';

export type Invoice = Schemas['Invoice'];
export type InvoiceLine = Schemas['InvoiceLine'];
export type TaxRow = Schemas['TaxRow'];

export const kindText = called<Invoice['kind']>({
  invoice: ['請求書', 'Invoice'],
  correction: ['訂正', 'Correction'],
  'credit-note': ['返還', 'Credit note'],
});

export const taxText = calledIfKnown({
  'JP-STD-8-2014': ['8%（旧税率）', '8% (until 2019-09)'],
  'JP-STD-10-2019': ['10%', '10%'],
  'JP-RED-8-2019': ['8%（軽減）', '8% (reduced)'],
  'JP-OUT': ['対象外', 'Out of scope'],
});

export const itemText = calledIfKnown({
  base: ['月額基本料', 'Base fee'],
  'account-usage': ['アカウント使用料', 'Account usage'],
  'auth-api-usage': ['認証API使用料', 'Auth API usage'],
  'initial-fee': ['初期費用', 'Initial fee'],
  'one-time-fee': ['一時費用', 'One-time fee'],
  adjustment: ['調整', 'Adjustment'],
  credit: ['返還', 'Credit'],
});

interface LinesProps {
  readonly lines: readonly InvoiceLine[];
  readonly number?: string;
}

/** 品目・数量・単価・金額（税抜）・税率, and what each was computed from. */
export function Lines({ lines, number }: LinesProps) {
  const { t, language } = useSurroundings();
  return (
    <Table<InvoiceLine>
      caption={t('明細', 'Lines')}
      rows={lines}
      empty={t('明細はありません。', 'There is no line.')}
      columns={[
        {
          head: t('品目', 'Item'),
          names: true,
          cell: ({ description, corrects, date }) => (
            <span class="wide">
              {description}
              <span class="note">
                {' '}
                {corrects === undefined
                  ? t(`取引日 ${dayText(date, language)}`, `supplied ${dayText(date, language)}`)
                  : t(
                      `${corrects.number}（${monthText(corrects.month, language)}分）の調整`,
                      `adjusts ${corrects.number} (${corrects.month})`,
                    )}
              </span>
            </span>
          ),
        },
        { head: t('数量', 'Quantity'), number: true, cell: ({ quantity }) => numberText(quantity) },
        {
          head: t('単価', 'Unit price'),
          number: true,
          cell: ({ unitPrice }) => (unitPrice === null ? '—' : yenText(unitPrice)),
        },
        {
          head: t('金額（税抜）', 'Amount, without tax'),
          number: true,
          cell: ({ amount }) => yenText(amount),
        },
        { head: t('税率', 'Tax'), cell: ({ taxCode }) => taxText(taxCode, t) },
        ...(number === undefined
          ? []
          : [
              {
                head: t('計算の根拠', 'Evidence'),
                cell: ({ n }: InvoiceLine) => (
                  <a href={`/portal/invoices/${number}/lines/${n}`}>{t(`明細${n}の根拠`, `Of line ${n}`)}</a>
                ),
              },
            ]),
      ]}
    />
  );
}

interface TotalsProps {
  readonly taxes: readonly TaxRow[];
  readonly net: string;
  readonly tax: string;
  readonly total: string;
}

export function Totals({ taxes, net, tax, total }: TotalsProps) {
  const { t } = useSurroundings();
  return (
    <Facts
      facts={[
        [t('税抜合計', 'Net'), yenText(net)],
        ...taxes.map(
          (row) =>
            [
              t(`消費税 ${taxText(row.taxCode, t)}`, `Tax ${taxText(row.taxCode, t)}`),
              t(
                `${yenText(row.tax)}（対象 ${yenText(row.taxable)}）`,
                `${numberText(row.tax)} yen of ${numberText(row.taxable)} yen`,
              ),
            ] as const,
        ),
        [t('消費税計', 'Tax'), yenText(tax)],
        [t('請求額（税込）', 'Total with tax'), <strong class="figure">{yenText(total)}</strong>],
      ]}
    />
  );
}

export function InvoiceTable({
  invoices,
  empty,
}: {
  readonly invoices: readonly Invoice[];
  readonly empty: string;
}) {
  const { t } = useSurroundings();
  return (
    <Table<Invoice>
      caption={t('請求書', 'Invoices')}
      rows={invoices}
      empty={empty}
      columns={[
        {
          head: t('番号', 'Number'),
          names: true,
          cell: ({ number }) => <InvoiceLink number={number} />,
        },
        {
          head: t('種類', 'Kind'),
          cell: ({ kind }) => <Badge tone={kind === 'invoice' ? 'good' : 'warn'} text={kindText(kind, t)} />,
        },
        { head: t('宛先', 'To'), cell: ({ recipient }) => recipient.name },
        { head: t('対象月', 'Month'), cell: ({ month }) => <Month month={month} /> },
        { head: t('発行日', 'Issued'), cell: ({ issuedOn }) => <Day day={issuedOn} /> },
        { head: t('支払期限', 'Due'), cell: ({ dueOn }) => <Day day={dueOn} /> },
        { head: t('請求額（税込）', 'Total with tax'), number: true, cell: ({ total }) => yenText(total) },
      ]}
    />
  );
}

type CorrectionRow = Schemas['Correction'] | Schemas['BilledBelowZero'];

const isCorrection = (row: CorrectionRow): row is Schemas['Correction'] => 'difference' in row;

/** 発行後に判明した差額. */
export function Corrections({
  rows,
  contracts,
}: {
  readonly rows: readonly CorrectionRow[];
  /** Where they are of several: whose each is. */
  readonly contracts?: ContractNames;
}) {
  const { t } = useSurroundings();
  return (
    <Table<CorrectionRow>
      caption={t('発行後に判明した差額', 'Differences found after the issue')}
      rows={rows}
      empty={t('発行後に判明した差額はありません。', 'There is no difference.')}
      columns={[
        {
          head: t('対象月', 'Month'),
          names: true,
          cell: ({ month }) => <Month month={month} />,
        },
        ...(contracts !== undefined
          ? [
              {
                head: t('契約', 'Contract'),
                cell: ({ contract }: CorrectionRow) => (
                  <a href={`/portal/contracts/${contract}/billing`}>{contracts.get(contract) ?? contract}</a>
                ),
              },
            ]
          : []),
        {
          head: t('請求書', 'Invoice'),
          cell: ({ number }) => (number === null ? t('未発行', 'None yet') : <InvoiceLink number={number} />),
        },
        {
          head: t('品目', 'Item'),
          cell: (row) =>
            isCorrection(row) ? itemText(row.item, t) : t('合計が負の書類', 'A document below zero'),
        },
        { head: t('請求済み', 'Issued'), number: true, cell: ({ issued }) => yenText(issued) },
        {
          head: t('正しい額', 'Should be'),
          number: true,
          cell: (row) => (isCorrection(row) ? yenText(row.shouldBe) : '—'),
        },
        {
          head: t('差額', 'Difference'),
          number: true,
          cell: (row) => (isCorrection(row) ? yenText(row.difference) : '—'),
        },
        {
          head: t('理由', 'Reason'),
          cell: (row) =>
            isCorrection(row)
              ? t(
                  row.ground === 'agreement' ? '合意による変更' : '事実の訂正',
                  row.ground === 'agreement' ? 'Agreement' : 'Error',
                )
              : t('要確認', 'To be looked at'),
        },
        {
          head: t('反映先', 'Goes to'),
          cell: (row) => {
            if (!isCorrection(row)) return '—';
            if (row.billedIn !== undefined) return <InvoiceLink number={row.billedIn.number} />;
            return (
              <Badge
                tone="busy"
                text={
                  row.goesTo === 'correction'
                    ? t('訂正の書類', 'A correction')
                    : t('次回で調整', 'The next invoice')
                }
              />
            );
          },
        },
      ]}
    />
  );
}
