import type { FileColumn, TableOf } from './column.ts';
import { characters } from './column.ts';
import { customerIn, memoOf, sidesOf, slashed, type JournalRow, type Side } from './journal-entry.ts';

const NOTHING = (): string => '';

/** The columns of one side, 借方 or 貸方. */
function side(name: '借方' | '貸方', of: (row: JournalRow) => Side): readonly FileColumn<JournalRow>[] {
  return [
    { name: `${name}勘定科目`, of: (row) => of(row).account.account },
    { name: `${name}補助科目`, of: (row) => of(row).account.subAccount ?? '' },
    { name: `${name}部門`, of: (row) => of(row).account.department ?? '' },
    { name: `${name}取引先`, of: customerIn },
    { name: `${name}税区分`, of: (row) => of(row).taxName },
    // The transitional measure is the buyer's: on sales this stays empty.
    { name: `${name}インボイス`, of: NOTHING },
    { name: `${name}金額(円)`, of: (row) => of(row).gross },
    { name: `${name}税額`, of: (row) => of(row).tax },
  ];
}

/**
 * マネーフォワード クラウド会計, 仕訳帳インポート: 27 columns. Lines of one 取引No are one entry of one day. Names must be those of the masters; a
 * file holds one fiscal year. Amounts have their tax in them. Source: biz.moneyforward.com, import-books/ib01.
 */
export const MONEYFORWARD: TableOf<JournalRow> = {
  schemaVersion: '1',
  hasHeader: true,
  columns: [
    { name: '取引No', of: ({ slip }) => String(slip) },
    { name: '取引日', of: ({ line }) => slashed(line.postedOn) },
    ...side('借方', (row) => sidesOf(row).debit),
    ...side('貸方', (row) => sidesOf(row).credit),
    { name: '摘要', of: ({ line }) => line.summary, limit: characters(200) },
    { name: '仕訳メモ', of: ({ line }) => memoOf(line), limit: characters(200) },
    { name: 'タグ', of: NOTHING },
    { name: 'MF仕訳タイプ', of: NOTHING },
    { name: '決算整理仕訳', of: NOTHING },
    { name: '作成日時', of: NOTHING },
    { name: '作成者', of: NOTHING },
    { name: '最終更新日時', of: NOTHING },
    { name: '最終更新者', of: NOTHING },
  ],
};
