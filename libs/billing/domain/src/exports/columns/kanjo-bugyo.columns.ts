import { halfWidths, type FileColumn, type TableOf } from './column.ts';
import { customerIn, sidesOf, slashed, type JournalRow, type Side } from './journal-entry.ts';

const NOTHING = (): string => '';

/** 本体金額: without the tax, which stands beside it, or with it in it. Both sides come to the same either way. */
const mainAmount = ({ settings }: JournalRow, { gross, net }: Side): string =>
  settings.taxEntry === 'exclusive' ? net : gross;

const rateOf = ({ line }: JournalRow, { isSales }: Side): string => (isSales ? (line.rate ?? '0') : '0');

/** 0: standard rate; 1: reduced. The old 8 % was a standard rate. */
const kindOfRate = ({ line }: JournalRow, { isSales }: Side): string =>
  isSales && line.taxCode === 'JP-RED-8-2019' ? '1' : '0';

/** The columns of one side: CSJS2… is 借方, CSJS3… 貸方. */
function side(digit: '2' | '3', of: (row: JournalRow) => Side): readonly FileColumn<JournalRow>[] {
  const name = (field: string): string => `CSJS${digit}${field}`;
  return [
    { name: name('00'), of: (row) => of(row).account.department ?? '' },
    { name: name('01'), of: (row) => of(row).account.account },
    { name: name('02'), of: (row) => of(row).account.subAccount ?? '' },
    { name: name('03'), of: (row) => of(row).taxName },
    // 税計算: 0, nothing is computed anew. 端数処理 has nothing to round.
    { name: name('06'), of: () => '0' },
    { name: name('07'), of: NOTHING },
    { name: name('08'), of: customerIn },
    { name: name('13'), of: (row) => mainAmount(row, of(row)) },
    { name: name('14'), of: (row) => of(row).tax },
    { name: name('20'), of: (row) => rateOf(row, of(row)) },
    { name: name('22'), of: (row) => kindOfRate(row, of(row)) },
  ];
}

/**
 * 勘定奉行, 汎用データ受入 of journal slips: a header of codes, `*` on the first line of each slip. No public specification is known: the columns are those of
 * public exporters, and lengths of codes are each customer's own. Verify with your template.
 */
export const KANJO_BUGYO: TableOf<JournalRow> = {
  schemaVersion: '1',
  hasHeader: true,
  columns: [
    { name: 'OBCD001', of: ({ firstOfSlip }) => (firstOfSlip ? '*' : '') },
    { name: 'CSJS005', of: ({ line }) => slashed(line.postedOn) },
    // 伝票No: given by the product.
    { name: 'CSJS007', of: NOTHING },
    ...side('2', (row) => sidesOf(row).debit),
    ...side('3', (row) => sidesOf(row).credit),
    { name: 'CSJS100', of: ({ line }) => line.summary, limit: halfWidths(200) },
  ],
};
