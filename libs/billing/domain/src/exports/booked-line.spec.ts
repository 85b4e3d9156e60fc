import { describe, expect, it } from '@jest/globals';
import type { Yen } from '@smartkey/money';
import type { Corrects } from '../invoice/invoice.ts';
import { bookedLines } from './booked-line.ts';
import { documentOf } from './exports.samples.ts';
import { fiscalYearOf } from './fiscal-year.ts';
import { DEFAULT_EXPORT_SETTINGS } from './settings/export-settings.ts';
import { cellsOf, faultsOfCells, journalRows, PRODUCT_TABLES } from './table-rows.ts';

const corrects: Corrects = {
  number: 'SK-000000001',
  issuedOn: '2024-01-01',
  month: '2023-12',
  item: 'account-usage',
  ground: 'error',
  causes: [],
  wrong: [],
  right: [],
};
const february = documentOf({
  month: '2024-02',
  lines: [
    { item: 'base', amount: '10000', fee: undefined as never },
    { item: 'adjustment', amount: '-164', fee: undefined as never, date: '2023-12-31', corrects },
    { item: 'one-time-fee', amount: '500', date: '2024-02-10' },
  ],
});
const book = (postingDate: 'last-day-of-supply' | 'issue-day', document = february) =>
  bookedLines(document, { customerCode: 'K-1', postingDate });

describe('lines as books take them', () => {
  it('an adjustment goes to the account and the period of what it corrects', () => {
    const [base, adjustment, fee] = book('last-day-of-supply');
    expect(base).toMatchObject({ booked: 'BASE', postedOn: '2024-02-29', month: '2024-02' });
    expect(adjustment).toMatchObject({
      lineType: 'ADJ',
      booked: 'ACCOUNT',
      month: '2023-12',
      period: { from: '2023-12-01', to: '2023-12-31' },
      postedOn: '2023-12-31',
      original: 'SK-000000001',
      summary: 'SK-000000007 アカウント使用料訂正 2023年12月分',
    });
    expect(fee).toMatchObject({ booked: 'ONE_OFF', postedOn: '2024-02-10' });
  });
  it('the posting date is a setting', () =>
    expect(new Set(book('issue-day').map(({ postedOn }) => postedOn))).toEqual(new Set(['2024-02-01'])));
  it('an agreed reduction belongs to the day on which it is made (消法38条)', () => {
    const line = { item: 'credit', amount: '-500', corrects: { ...corrects, item: 'credit' } } as const;
    const note = documentOf({ kind: 'credit-note', lines: [{ ...line, fee: undefined as never }] });
    expect(book('last-day-of-supply', note)).toMatchObject([{ booked: 'CREDIT', postedOn: '2024-02-01' }]);
  });
});

describe('rows of journals', () => {
  const rows = journalRows(book('last-day-of-supply'), DEFAULT_EXPORT_SETTINGS.products.moneyforward, 4);
  it('lines of one day are one slip, numbered on', () =>
    expect(rows.map(({ slip, firstOfSlip, line }) => [slip, firstOfSlip, line.n])).toEqual([
      [5, true, 2],
      [6, true, 3],
      [7, true, 1],
    ]));
  it('a reduction swaps the sides', () => {
    const { columns } = PRODUCT_TABLES.moneyforward;
    const cells = cellsOf(PRODUCT_TABLES.moneyforward, rows[0]!);
    const at = (name: string) => cells[columns.findIndex((column) => column.name === name)];
    expect([at('借方勘定科目'), at('借方金額(円)'), at('借方税額'), at('貸方勘定科目')]).toEqual([
      '売上高',
      '181',
      '17',
      '売掛金',
    ]);
    expect(cells).toHaveLength(27);
  });
  it('lines of 0 yen are no entries', () =>
    expect(
      journalRows(
        book('issue-day', documentOf({ lines: [{ amount: '0' }] })),
        DEFAULT_EXPORT_SETTINGS.products.yayoi,
        0,
      ),
    ).toEqual([]));
});

describe('what a product does not take is told by document, line, field and rule', () => {
  const faults = (product: 'yayoi' | 'freee', more: object, amount: Yen = '100') => {
    const document = documentOf({ lines: [{ amount }] });
    const settings = { ...DEFAULT_EXPORT_SETTINGS.products[product], ...more };
    const [row] = journalRows(
      bookedLines(document, { customerCode: 'K-1', postingDate: 'issue-day' }),
      settings,
      0,
    );
    const cells = cellsOf(PRODUCT_TABLES[product], row!);
    return faultsOfCells(PRODUCT_TABLES[product], cells, row!.line).map(({ number, line, field, rule }) => [
      number,
      line,
      field,
      rule,
    ]);
  };
  it('弥生: amounts of ten digits, names of more than 24 half-width characters', () => {
    expect(faults('yayoi', {}, '909090909')).toEqual([]);
    expect(faults('yayoi', {}, '909090910')).toEqual([
      ['SK-000000007', 1, '借方金額', 'amount-digits'],
      ['SK-000000007', 1, '貸方金額', 'amount-digits'],
    ]);
    expect(faults('yayoi', { receivable: { account: '売'.repeat(12) } })).toEqual([]);
    expect(faults('yayoi', { receivable: { account: '売'.repeat(13) } })).toEqual([
      ['SK-000000007', 1, '借方勘定科目', 'max-length'],
    ]);
  });
  it('a cell that would run as a formula', () =>
    expect(faults('freee', { sales: { account: '=1+1' } })).toEqual([
      ['SK-000000007', 1, '勘定科目', 'formula'],
    ]));
});

describe('a fiscal year', () => {
  it.each([
    ['2024-03-31', undefined, '2024-03-31'],
    ['2024-04-01', undefined, '2025-03-31'],
    ['2024-02-29', '02-29', '2024-02-29'],
    ['2023-03-01', '02-29', '2024-02-29'],
    ['2024-12-31', '12-31', '2024-12-31'],
  ] as const)('%s with %s ends on %s', (day, end, last) => expect(fiscalYearOf(day, end)).toBe(last));
});
