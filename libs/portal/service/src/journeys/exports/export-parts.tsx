import type { Schemas } from '../../api/portal-api.ts';
import { Alert } from '../../components/alert.tsx';
import { Amount, numberText, yenText } from '../../components/money.tsx';
import { Facts, Panel, Table } from '../../components/table.tsx';
import { wordsOfFault } from '../../forms/words-of-refusal.ts';
import { useSurroundings } from '../../pages/surroundings.ts';
import type { Told } from '../../visit/language.ts';
import { taxText } from '../billing/document-words.tsx';
import { InvoiceLink } from '../billing/invoice-link.tsx';

type Export = Schemas['Export'];

/** What the file must come to once it is taken in: for comparing, per rate and in all. */
export function ControlTotals({ totals }: { readonly totals: NonNullable<Export['totals']> }) {
  const { t } = useSurroundings();
  return (
    <Panel title={t('照合用の合計', 'Control totals')}>
      <Facts
        facts={[
          [t('書類', 'Documents'), <Amount value={totals.documents} />],
          [t('明細', 'Lines'), <Amount value={totals.lines} />],
          [t('税抜合計', 'Net'), yenText(totals.net)],
          [t('消費税', 'Tax'), yenText(totals.tax)],
          [t('税込合計', 'Gross'), yenText(totals.gross)],
        ]}
      />
      <Table<Schemas['RateTotals']>
        caption={t('税率ごとの合計', 'By rate')}
        rows={totals.rates}
        empty=""
        columns={[
          { head: t('税率', 'Rate'), names: true, cell: ({ taxCode }) => taxText(taxCode, t) },
          { head: t('対象額（税抜）', 'Taxable'), number: true, cell: ({ net }) => yenText(net) },
          { head: t('消費税', 'Tax'), number: true, cell: ({ tax }) => yenText(tax) },
        ]}
      />
    </Panel>
  );
}

/** What the documents of a refused file have that its format has no place for; the first of it. */
export function Faults({
  t,
  count,
  errors,
}: {
  readonly t: Told;
  readonly count: number;
  readonly errors: readonly Schemas['ExportFault'][];
}) {
  return (
    <>
      <Alert
        kind="error"
        title={t(
          `この形式では表せない内容が${numberText(count)}件あります。`,
          `The format has no place for ${count} things.`,
        )}
        details={t(
          '別の形式か文字コードを選ぶか、会計連携の設定をご確認ください。作成できなかったファイルの書類は、次回の「前回のあとの分」に含まれます。',
          'Choose another format or encoding, or see the settings. Its documents are in the next file of those since the last.',
        )}
      />
      <Panel title={t('表せない内容', 'What has no place')}>
        <Table<Schemas['ExportFault']>
          caption={t('表せない内容', 'What has no place')}
          rows={errors}
          empty={t('内訳の記録はありません。', 'It is not recorded which.')}
          columns={[
            {
              head: t('書類', 'Document'),
              names: true,
              cell: ({ number }) => <InvoiceLink number={number} />,
            },
            {
              head: t('明細', 'Line'),
              number: true,
              cell: ({ line }) => (line === undefined ? '—' : numberText(line)),
            },
            { head: t('項目', 'Field'), cell: ({ field }) => <code>{field}</code> },
            {
              head: t('理由', 'Why'),
              cell: ({ rule, detail }) => <span class="wide">{wordsOfFault({ rule, detail }, t)}</span>,
            },
          ]}
        />
        {count > errors.length && (
          <p class="note">
            {t(
              `${numberText(count)}件のうち最初の${numberText(errors.length)}件です。`,
              `The first ${errors.length} of ${count}.`,
            )}
          </p>
        )}
      </Panel>
    </>
  );
}
