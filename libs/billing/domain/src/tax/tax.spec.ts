import type { Yen } from '@smartkey/money';
import { describe, expect, it } from '@jest/globals';
import { TAX_RATES, taxCodeOn } from './tax-code.ts';
import { taxesByName, taxesByRate, type TaxedLine } from './tax-groups.ts';

const at = (taxCode: TaxedLine['taxCode'], ...amounts: Yen[]): readonly TaxedLine[] =>
  amounts.map((amount) => ({ item: 'one-time-fee', taxCode, amount }));
const taxesOf = taxesByRate;

describe('Invoices, consumption tax: the code is of the line’s own day', () => {
  it('8 % to 2019-09-30, 10 % from 2019-10-01', () => {
    expect(taxCodeOn('2014-04-01')).toBe('JP-STD-8-2014');
    expect(taxCodeOn('2019-09-30')).toBe('JP-STD-8-2014');
    expect(taxCodeOn('2019-10-01')).toBe('JP-STD-10-2019');
    expect(TAX_RATES['JP-STD-10-2019']).toBe('10');
  });
  it('out of scope on any day', () => expect(taxCodeOn('2019-09-30', 'out-of-scope')).toBe('JP-OUT'));
});

describe('Invoices, consumption tax: rounded once per code and document', () => {
  it('three lines of 105 yen at 10 % carry 31 yen, never 30', () =>
    expect(taxesOf(at('JP-STD-10-2019', '105', '105', '105'), 'floor')).toEqual([
      { taxCode: 'JP-STD-10-2019', rate: '10', taxable: '315', tax: '31' },
    ]));

  it('a credit of 305 carries −30: on the absolute value', () =>
    expect(taxesOf(at('JP-STD-10-2019', '-305'), 'floor')[0]).toMatchObject({ taxable: '-305', tax: '-30' }));

  it('keeps the old 8 % and the reduced 8 % apart', () =>
    expect(taxesOf([...at('JP-STD-8-2014', '100'), ...at('JP-RED-8-2019', '100')], 'floor')).toHaveLength(2));

  it('40,512 of October at 10 % and 170 of September at the old 8 %: 4,051 and 13', () =>
    expect(taxesOf([...at('JP-STD-10-2019', '40512'), ...at('JP-STD-8-2014', '170')], 'floor')).toEqual([
      { taxCode: 'JP-STD-10-2019', rate: '10', taxable: '40512', tax: '4051' },
      { taxCode: 'JP-STD-8-2014', rate: '8', taxable: '170', tax: '13' },
    ]));

  it('out of scope carries none, and has no rate', () =>
    expect(taxesOf(at('JP-OUT', '5000'), 'floor')).toEqual([
      { taxCode: 'JP-OUT', taxable: '5000', tax: '0' },
    ]));

  it('a fee of 0 yen makes no row by itself, and takes none away', () => {
    expect(taxesOf([...at('JP-STD-8-2014', '0'), ...at('JP-STD-10-2019', '100')], 'floor')).toEqual([
      { taxCode: 'JP-STD-10-2019', rate: '10', taxable: '100', tax: '10' },
    ]);
    expect(taxesOf(at('JP-STD-8-2014', '0'), 'floor')).toEqual([]);
    expect(taxesOf(at('JP-STD-8-2014', '0', '100'), 'floor')).toHaveLength(1);
  });

  it.each(['base', 'account-usage', 'auth-api-usage'])('%s makes a row also at 0 yen', (item) =>
    expect(taxesOf([{ item, taxCode: 'JP-STD-10-2019', amount: '0' }], 'floor')).toEqual([
      { taxCode: 'JP-STD-10-2019', rate: '10', taxable: '0', tax: '0' },
    ]),
  );

  it('lines that come to 0 keep their row, as 0 and never −0', () =>
    expect(taxesOf(at('JP-STD-10-2019', '-305', '305'), 'floor')).toEqual([
      { taxCode: 'JP-STD-10-2019', rate: '10', taxable: '0', tax: '0' },
    ]));

  it('rows: highest rate first, then by code, out of scope last', () => {
    const codes = ['JP-OUT', 'JP-STD-8-2014', 'JP-RED-8-2019', 'JP-STD-10-2019'] as const;
    for (const order of [codes, [...codes].reverse()])
      expect(
        taxesOf(
          order.flatMap((code) => at(code, '100')),
          'floor',
        ).map(({ taxCode }) => taxCode),
      ).toEqual(['JP-STD-10-2019', 'JP-RED-8-2019', 'JP-STD-8-2014', 'JP-OUT']);
  });

  it('rule version 2018-01-01.1: by name, a row for every code, out of scope at 0 per cent', () =>
    expect(
      taxesByName(
        [...at('JP-STD-8-2014', '0'), ...at('JP-OUT', '500'), ...at('JP-STD-10-2019', '100')],
        'floor',
      ),
    ).toEqual([
      { taxCode: 'JP-OUT', rate: '0', taxable: '500', tax: '0' },
      { taxCode: 'JP-STD-10-2019', rate: '10', taxable: '100', tax: '10' },
      { taxCode: 'JP-STD-8-2014', rate: '8', taxable: '0', tax: '0' },
    ]));

  it('rounds by the policy', () => {
    expect(taxesOf(at('JP-STD-10-2019', '305'), 'ceil')[0]!.tax).toBe('31');
    expect(taxesOf(at('JP-STD-10-2019', '-305'), 'halfUp')[0]!.tax).toBe('-31');
  });
});
