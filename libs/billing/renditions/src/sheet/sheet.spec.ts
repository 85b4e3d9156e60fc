import type { Invoice, TaxGroup } from '@smartkey/billing-domain';
import { describe, expect, it } from '@jest/globals';
import type { Decimal, Yen } from '@smartkey/money';
import type { PrintableDocument } from '../printable-document.ts';
import { goldenDocument } from '../testing/golden-documents.fixture.ts';
import { recipientLines } from './parties.ts';
import { sheetOf } from './sheet-of.ts';
import { figures, yenInWords } from './words.ts';

const other = (what: string, more: Partial<Invoice>): PrintableDocument => {
  const printable = goldenDocument(what);
  return { ...printable, document: { ...printable.document, ...more } };
};
const row = (taxable: Yen, tax: Yen): TaxGroup => ({
  taxCode: 'JP-STD-10-2019',
  rate: '10',
  taxable,
  tax,
});

describe('Invoices, form: what a document is called', () => {
  it.each([
    ['2018-01', '請求書', undefined],
    ['2019-09', '請求書', undefined],
    ['2019-10', '請求書', '区分記載請求書'],
    ['2023-09', '請求書', '区分記載請求書'],
    ['2023-10', '請求書', '適格請求書'],
    ['adjustment', '請求書', '適格請求書'],
    ['correction up', '訂正請求書', '適格請求書'],
    ['correction down', '訂正請求書', '適格返還請求書'],
    ['credit note', '適格返還請求書', undefined],
  ])('%s: %s %s', (what, title, legalName) =>
    expect(sheetOf(goldenDocument(what))).toMatchObject({ title, ...(legalName && { legalName }) }),
  );

  it('one that raises a rate and lowers another is both; before 2023-10 a credit note is no qualified one', () => {
    const both = other('correction down', {
      taxes: [row('100', '10'), { ...row('-50', '-4'), taxCode: 'JP-STD-8-2014' }],
    });
    expect(sheetOf(both).legalName).toBe('適格請求書・適格返還請求書');
    expect(sheetOf(other('credit note', { form: 'plain' })).title).toBe('返還請求書');
  });
});

describe('Invoices, form: totals per rate', () => {
  it('to 2019-09 none are asked for', () => {
    const { rates, totals } = sheetOf(goldenDocument('2019-09'));
    expect(rates).toBeUndefined();
    expect(totals.map(({ value }) => value)).toEqual(['40,529', '3,242', '43,771']);
  });

  it('to 2023-09 with tax, the old 8 % apart from others', () =>
    expect(sheetOf(goldenDocument('2019-10')).rates!.rows).toEqual([
      ['10%', '44,990', '4,090'],
      ['旧8%', '183', '13'],
    ]));

  it('from 2023-10 amount, rate and tax', () =>
    expect(sheetOf(goldenDocument('2024-01')).rates!.rows).toEqual([['10%', '40,512', '4,051']]));

  it.each(['2018-01', '2019-09', '2019-10', '2023-09'])('no registration number stands on %s', (what) =>
    expect(JSON.stringify(sheetOf(goldenDocument(what)).issuer)).not.toContain('登録番号'),
  );
  it.each(['2023-10', '2024-01', 'correction down', 'credit note'])(
    'the registration number stands on %s',
    (what) => expect(sheetOf(goldenDocument(what)).issuer.lines[0]).toBe('登録番号 T7123456789012'),
  );
});

describe('Lines in words', () => {
  const plain = (text: string): string => text.replaceAll('\u2060', '');

  it('別紙1 備考(1): account usage lists its used days, longest first', () =>
    expect(sheetOf(goldenDocument('2024-01')).lines[1]!.notes.map(plain)).toEqual([
      '利用日数 × アカウント数 (暦日数31日)',
      '31日 × 100、17日 × 3、1日 × 2',
    ]));

  it('also where they were recorded in another order', () => {
    const { document } = goldenDocument('2024-01');
    const usedDays = [...document.basis.usedDays!].reverse();
    const { lines } = sheetOf(other('2024-01', { basis: { ...document.basis, usedDays } }));
    expect(lines).toEqual(sheetOf(goldenDocument('2024-01')).lines);
  });

  it('a base fee that is prorated names its days, a whole one does not', () => {
    const { document } = goldenDocument('2024-01');
    const [base] = document.lines;
    const part = other('2024-01', {
      basis: { ...document.basis, window: { from: '2024-01-15', to: '2024-01-31' } },
      lines: [{ ...base!, amount: '5483' }],
    });
    expect(sheetOf(part).lines[0]!.notes).toEqual(['日割 17日/31日']);
    expect(sheetOf(goldenDocument('2024-01')).lines[0]!.notes).toEqual([]);
  });

  it('Corrections: an adjustment names its original, and what that came to per rate before and after', () => {
    const { lines, corrections } = sheetOf(goldenDocument('adjustment'));
    expect(lines[2]!.notes.map(plain)[0]).toBe('元の請求書 SK-000000001 (2024年2月1日発行、2024年1月分)');
    expect(corrections!.rows).toEqual([
      ['SK-000000001', '2024年2月1日', '2024年1月分', '10%', '40,512', '4,051', '40,676', '4,067'],
    ]);
    expect(corrections!.notes).toEqual(['SK-000000001 の事由: 誤りの訂正']);
  });

  it('each names the service', () => {
    for (const what of ['2018-01', '2023-10', 'credit note'])
      for (const line of sheetOf(goldenDocument(what)).lines)
        expect(line.service).toBe('SmartKey マネージメントサービス');
  });
});

describe('Paying and paying back', () => {
  it('what is due has an account to pay into', () => {
    const { total, due, bank } = sheetOf(goldenDocument('2024-01'));
    expect([total.value, due.label, bank.length]).toEqual(['¥44,563', 'お支払期限', 3]);
  });
  it.each(['correction down', 'credit note'])('%s has a day of repayment, and no account', (what) => {
    const { total, due, bank } = sheetOf(goldenDocument(what));
    expect([total.label, due.label, bank]).toEqual(['ご返金金額 (税込)', 'ご返金予定日', []]);
  });
  it('0 yen stands as such', () =>
    expect(sheetOf(other('2024-01', { total: '0' })).total).toEqual({
      label: 'ご請求金額 (税込)',
      value: '¥0',
    }));
});

describe('A recipient', () => {
  it.each([
    [{ name: '見本商事' }, ['見本商事 御中']],
    [{ name: '見本 太郎', honorific: '様' as const }, ['見本 太郎 様']],
    [{ name: '見本商事', department: '経理部' }, ['見本商事', '経理部 御中']],
    [
      { name: '見本商事', department: '経理部', contact: '見本 花子' },
      ['見本商事', '経理部', '見本 花子 様'],
    ],
  ])('%j', (recipient, names) => expect(recipientLines(recipient).names).toEqual(names));
});

describe('Figures', () => {
  it.each<[Decimal, string]>([
    ['0', '0'],
    ['-1', '−1'],
    ['999', '999'],
    ['1000', '1,000'],
    ['-123456789012', '−123,456,789,012'],
    ['101.708', '101.708'],
    ['1234567.000001', '1,234,567.000001'],
  ])('%s is %s', (value, words) => expect(figures(value)).toBe(words));
  it('yen', () => expect([yenInWords('44563'), yenInWords('-305')]).toEqual(['¥44,563', '−¥305']));
});
