import { salesAccount } from '../settings/export-settings.ts';
import { characters, type TableOf } from './column.ts';
import {
  customerIn,
  isReduction,
  salesTaxName,
  sidesOf,
  slashed,
  type JournalRow,
  type Side,
} from './journal-entry.ts';

const NOTHING = (): string => '';

const salesSide = (row: JournalRow): Side => {
  const { debit, credit } = sidesOf(row);
  return credit.isSales ? credit : debit;
};

const isInclusive = ({ settings }: JournalRow): boolean => settings.taxEntry === 'inclusive';

/**
 * freee会計, 取引インポート: 21 columns, of which 収支区分 and 発生日 are needed on every row. Each row is an open item (未決済取引) due on
 * 決済期日, named by the document's number in 管理番号. What lowers the sales is a 支出. Journals (仕訳) would make no open items.
 * Source: support.freee.co.jp 202847320, 12939290521497.
 */
export const FREEE: TableOf<JournalRow> = {
  schemaVersion: '1',
  hasHeader: true,
  columns: [
    { name: '収支区分', of: ({ line }) => (isReduction(line) ? '支出' : '収入') },
    { name: '管理番号', of: ({ line }) => line.number },
    { name: '発生日', of: ({ line }) => slashed(line.postedOn) },
    { name: '決済期日', of: ({ line }) => slashed(line.dueOn) },
    {
      name: '取引先コード',
      of: (row) => (row.settings.customer === 'code' ? customerIn(row) : ''),
      limit: characters(255),
    },
    {
      name: '取引先',
      of: (row) => (row.settings.customer === 'name' ? customerIn(row) : ''),
      limit: characters(255),
    },
    { name: '勘定科目', of: ({ line, settings }) => salesAccount(settings, line.booked).account },
    { name: '税区分', of: salesTaxName },
    { name: '金額', of: (row) => (isInclusive(row) ? salesSide(row).gross : salesSide(row).net) },
    { name: '税計算区分', of: (row) => (isInclusive(row) ? '内税' : '外税') },
    { name: '税額', of: (row) => salesSide(row).tax },
    { name: '備考', of: ({ line }) => line.summary },
    { name: '品目', of: ({ line, settings }) => salesAccount(settings, line.booked).subAccount ?? '' },
    { name: '部門', of: ({ line, settings }) => salesAccount(settings, line.booked).department ?? '' },
    { name: 'メモタグ', of: NOTHING },
    { name: 'セグメント1', of: NOTHING },
    { name: 'セグメント2', of: NOTHING },
    { name: 'セグメント3', of: NOTHING },
    { name: '決済日', of: NOTHING },
    { name: '決済口座', of: NOTHING },
    { name: '決済金額', of: NOTHING },
  ],
};

/** The most that the import takes in one file. */
export const FREEE_MOST_BYTES = 5_000_000;
