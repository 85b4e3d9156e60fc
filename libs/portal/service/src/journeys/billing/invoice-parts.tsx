import type { Schemas } from '../../api/portal-api.ts';
import { Steps } from '../../components/chart.tsx';
import { numberText, yenText } from '../../components/money.tsx';
import { Panel, Table } from '../../components/table.tsx';
import { At, Day } from '../../components/time.tsx';
import { useSurroundings, useSigned } from '../../pages/surroundings.ts';
import { called } from '../../visit/language.ts';
import { hasRole } from '../../visit/me.ts';
import { formatText } from '../exports/export-words.ts';
import { itemText, type Invoice } from './document-words.tsx';
import { InvoiceLink } from './invoice-link.tsx';

/** An invoice's way from what was measured to what is to be paid. */
export function Way({ invoice }: { readonly invoice: Invoice }) {
  const { t } = useSurroundings();
  const usage = invoice.lines.find(({ item }) => item === 'account-usage' || item === 'auth-api-usage');
  return (
    <Steps
      label={t('金額の成り立ち', 'How the total came about')}
      steps={[
        ...(usage === undefined
          ? []
          : [
              {
                label: t('利用の記録', 'Use'),
                detail: `${itemText(usage.item, t)} ${numberText(usage.quantity)}`,
              },
              {
                label: t('料金', 'Price'),
                detail: usage.unitPrice === null ? t('段階別の単価', 'By tiers') : yenText(usage.unitPrice),
              },
            ]),
        { label: t('税抜合計', 'Net'), detail: yenText(invoice.net) },
        { label: t('消費税', 'Tax'), detail: yenText(invoice.tax) },
        { label: t('請求額', 'Total'), detail: yenText(invoice.total) },
      ]}
    />
  );
}

export function Tiers({ invoice }: { readonly invoice: Invoice }) {
  const { t } = useSurroundings();
  const tiers = invoice.lines.flatMap((line) => line.tiers ?? []);
  return (
    <Panel title={t('段階ごとの内訳', 'By tier')}>
      <Table<Schemas['TierCharge']>
        caption={t('段階ごとの内訳', 'By tier')}
        rows={tiers}
        empty=""
        columns={[
          {
            head: t('段階', 'Tier'),
            names: true,
            cell: ({ from, upTo }) => `${numberText(from)} – ${upTo === null ? '' : numberText(upTo)}`,
          },
          { head: t('回数', 'Units'), number: true, cell: ({ units }) => numberText(units) },
          { head: t('単価', 'Unit price'), number: true, cell: ({ unitPrice }) => yenText(unitPrice) },
          {
            head: t('定額', 'Flat fee'),
            number: true,
            cell: ({ flatFee }) => (flatFee === undefined ? '—' : yenText(flatFee)),
          },
          { head: t('金額', 'Amount'), number: true, cell: ({ amount }) => numberText(amount) },
        ]}
      />
    </Panel>
  );
}

export const creditNoteState = called<Schemas['CreditNote']['status']>({
  proposed: ['承認待ち', 'To be approved'],
  issued: ['発行済み', 'Issued'],
  rejected: ['却下', 'Rejected'],
});

/** The agreed reductions of an invoice, issued or not. */
export function CreditNotes({ rows }: { readonly rows: readonly Schemas['CreditNote'][] }) {
  const { t } = useSurroundings();
  return (
    <Panel title={t('返還', 'Credit notes')}>
      <Table
        caption={t('返還', 'Credit notes')}
        rows={rows}
        empty=""
        columns={[
          {
            head: t('番号', 'Number'),
            names: true,
            cell: ({ number: issued }) =>
              issued === undefined ? t('未発行', 'Not issued') : <InvoiceLink number={issued} />,
          },
          {
            head: t('金額（税抜）', 'Amount, without tax'),
            number: true,
            cell: ({ amount }) => yenText(amount),
          },
          { head: t('理由', 'Reason'), cell: ({ reason }) => reason },
          {
            head: t('状態', 'State'),
            cell: ({ status }) => creditNoteState(status, t),
          },
        ]}
      />
    </Panel>
  );
}

type Export = Schemas['InvoiceExport'];

/** The accounting files that hold a document, and what that system has said of it. */
export function Exports({ rows }: { readonly rows: readonly Export[] }) {
  const { t, me } = useSigned();
  const open = hasRole(me, 'operator', 'finance');
  return (
    <Panel title={t('会計連携', 'Accounting')}>
      <Table<Export>
        caption={t('会計連携', 'Accounting')}
        rows={rows}
        empty={
          <p>
            {t('会計用ファイルにはまだ含まれていません。', 'No file for accounting holds it yet.')}{' '}
            {open && <a href="/portal/exports/new">{t('ファイルを作成する', 'Make one')}</a>}
          </p>
        }
        columns={[
          {
            head: t('番号', 'Number'),
            names: true,
            cell: ({ id, number }) => (open ? <a href={`/portal/exports/${id}`}>{number}</a> : number),
          },
          { head: t('形式', 'Format'), cell: ({ format }) => formatText(format, t) },
          { head: t('作成', 'Made'), cell: ({ exportedAt }) => <At at={exportedAt} /> },
          {
            head: t('受領', 'Acknowledged'),
            cell: ({ acknowledged }) =>
              acknowledged === undefined ? (
                t('まだ', 'Not yet')
              ) : (
                <>
                  <Day day={acknowledged.on} />
                  {acknowledged.externalId !== undefined && (
                    <>
                      {' '}
                      <code>{acknowledged.externalId}</code>
                    </>
                  )}
                </>
              ),
          },
        ]}
      />
    </Panel>
  );
}
