import { describe, expect, it } from '@jest/globals';
import { TAX_RATES, taxCodeOn } from './tax-code.ts';
import { taxesOf } from './tax-groups.ts';

const at = (taxCode: Parameters<typeof taxesOf>[0][number]['taxCode'], ...amounts: string[]) =>
  amounts.map((amount) => ({ taxCode, amount }));

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

  it('out of scope carries none', () =>
    expect(taxesOf(at('JP-OUT', '5000'), 'floor')).toEqual([
      { taxCode: 'JP-OUT', rate: '0', taxable: '5000', tax: '0' },
    ]));

  it('rounds by the policy', () => {
    expect(taxesOf(at('JP-STD-10-2019', '305'), 'ceil')[0]!.tax).toBe('31');
    expect(taxesOf(at('JP-STD-10-2019', '-305'), 'halfUp')[0]!.tax).toBe('-31');
  });
});
