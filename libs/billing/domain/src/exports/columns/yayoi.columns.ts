import { amountDigits, halfWidths, type FileColumn, type TableOf } from './column.ts';
import { customerIn, memoOf, sidesOf, slashed, type JournalRow, type Side } from './journal-entry.ts';

const NOTHING = (): string => '';
/** Names of the masters: 24 half-width characters. */
const NAME = halfWidths(24);
const AMOUNT = amountDigits(9);

/** The sub-account of the receivable stands for the customer where one is named: the import has no column for customers. */
function subAccountOf(row: JournalRow, { isSales, account }: Side): string {
  const customer = isSales ? '' : customerIn(row);
  return customer === '' ? (account.subAccount ?? '') : customer;
}

/** The columns of one side, 借方 or 貸方. */
function side(name: '借方' | '貸方', of: (row: JournalRow) => Side): readonly FileColumn<JournalRow>[] {
  return [
    { name: `${name}勘定科目`, of: (row) => of(row).account.account, limit: NAME },
    { name: `${name}補助科目`, of: (row) => subAccountOf(row, of(row)), limit: NAME },
    { name: `${name}部門`, of: (row) => of(row).account.department ?? '', limit: NAME },
    { name: `${name}税区分`, of: (row) => of(row).taxName },
    { name: `${name}金額`, of: (row) => of(row).gross, limit: AMOUNT },
    { name: `${name}税金額`, of: (row) => of(row).tax, limit: AMOUNT },
  ];
}

/**
 * 弥生会計, 弥生インポート形式: 25 columns without a header, each row a journal entry of its own (識別フラグ 2000). 伝票No is six digits, so it stays
 * empty and our number stands in 摘要 and 仕訳メモ. Amounts are tax-inclusive, of nine digits, never negative (so 弥生会計オンライン).
 * Source: support.yayoi-kk.co.jp 18545, 27184.
 */
export const YAYOI: TableOf<JournalRow> = {
  schemaVersion: '1',
  hasHeader: false,
  columns: [
    { name: '識別フラグ', of: () => '2000' },
    { name: '伝票No', of: NOTHING },
    { name: '決算', of: NOTHING },
    { name: '取引日付', of: ({ line }) => slashed(line.postedOn) },
    ...side('借方', (row) => sidesOf(row).debit),
    ...side('貸方', (row) => sidesOf(row).credit),
    { name: '摘要', of: ({ line }) => line.summary, limit: halfWidths(64) },
    // 番号 and 期日 are those of a 手形.
    { name: '番号', of: NOTHING },
    { name: '期日', of: NOTHING },
    // 0: an entry that is on no slip.
    { name: 'タイプ', of: () => '0' },
    { name: '生成元', of: NOTHING },
    { name: '仕訳メモ', of: ({ line }) => memoOf(line), limit: halfWidths(180) },
    { name: '付箋1', of: () => '0' },
    { name: '付箋2', of: () => '0' },
    { name: '調整', of: () => 'no' },
  ],
};
