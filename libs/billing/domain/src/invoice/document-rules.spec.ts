import type { FeeId } from '@smartkey/kernel';
import type { JstDay } from '@smartkey/calendar';
import { describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICIES } from '../policies/billing-policy.ts';
import { isBankingDay } from './banking-day.ts';
import { isSeriesName, numberOf, revisionOf } from './document-number.ts';
import { dueDayByMonthOfIssue, dueDayOf } from './due-day.ts';
import { formOf } from './invoice-form.ts';
import { feesToInvoice } from './invoice-inputs.ts';
import { initialFee } from './invoice.samples.ts';
import { isRegistrationNumber } from './registration-number.ts';

describe('Invoices, form: the registration number', () => {
  it.each(['T4011001098993', 'T7010705000725', 'T2120901007402', 'T7123456789012'])('%s is one', (number) =>
    expect(isRegistrationNumber(number)).toBe(true),
  );
  it.each([
    'T1234567890123',
    'T0000000000000',
    '7123456789012',
    'T712345678901',
    'T71234567890123',
    't7123456789012',
    '',
  ])('%j is none', (number) => expect(isRegistrationNumber(number)).toBe(false));
});

describe('Invoices, form by service month', () => {
  it.each([
    ['2016-03', 'plain'],
    ['2019-09', 'plain'],
    ['2019-10', 'categorised'],
    ['2023-09', 'categorised'],
    ['2023-10', 'qualified'],
  ] as const)('%s: %s', (month, form) => expect(formOf(month)).toBe(form));
});

describe('Invoices: the due day (policy paymentTerm)', () => {
  const term = DEFAULT_POLICIES[0]!.paymentTerm;
  it.each([
    ['2018-01', '2018-02-01', '2018-02-28', 'the last day of the following month'],
    ['2018-02', '2018-03-01', '2018-04-02', 'a Saturday moves to Monday'],
    ['2018-11', '2018-12-01', '2019-01-04', 'the year’s end is no banking day'],
    ['2019-03', '2019-04-01', '2019-05-07', 'the ten days of holidays in 2019'],
    ['2024-01', '2024-02-01', '2024-02-29', 'a leap year'],
    ['2018-01', '2018-03-05', '2018-04-02', 'issued after it would have been due'],
    ['2018-01', '2018-02-28', '2018-02-28', 'issued on the day itself'],
  ] as const)('%s issued on %s is due on %s: %s', (month, issuedOn, dueOn, _why) =>
    expect(dueDayOf(month, issuedOn, term)).toBe(dueOn),
  );

  it('can stay, or move backwards', () => {
    expect(dueDayOf('2018-02', '2018-03-01', { monthsAfter: 1, onHoliday: 'unmoved' })).toBe('2018-03-31');
    expect(dueDayOf('2018-02', '2018-03-01', { monthsAfter: 1, onHoliday: 'previous-banking-day' })).toBe(
      '2018-03-30',
    );
  });

  it.each([
    [
      '2018-01',
      '2018-03-31',
      'previous-banking-day',
      '2018-04-02',
      'issued on a Saturday after the last banking day',
    ],
    ['2018-01', '2018-02-01', 'next-banking-day', '2018-02-01', 'due in the service month itself'],
  ] as const)(
    'never before its own issue: %s issued on %s, %s: %s, %s',
    (month, issuedOn, onHoliday, dueOn, _why) => {
      const monthsAfter = onHoliday === 'next-banking-day' ? 0 : 1;
      expect(dueDayOf(month, issuedOn, { monthsAfter, onHoliday })).toBe(dueOn);
    },
  );

  it('rule version 2018-01-01.1: as if the service month were that of the issue', () =>
    expect(
      dueDayByMonthOfIssue('2018-01', '2018-03-31', { monthsAfter: 1, onHoliday: 'previous-banking-day' }),
    ).toBe('2018-04-27'));

  it('banks are closed on week-ends, national holidays and from 31 December to 3 January', () => {
    expect(
      (
        [
          '2018-12-31',
          '2019-01-01',
          '2019-01-03',
          '2019-05-01',
          '2019-10-22',
          '2018-03-31',
          '2018-04-01',
        ] as const
      ).filter(isBankingDay),
    ).toEqual([]);
    expect((['2018-12-28', '2019-01-04', '2018-04-02'] as const).every(isBankingDay)).toBe(true);
  });
});

describe('Invoices: numbers', () => {
  it('count from 1 without gaps, and name their place in the series', () => {
    expect([0, 1, 2].map((revision) => numberOf('SK', revision))).toEqual([
      'SK-000000001',
      'SK-000000002',
      'SK-000000003',
    ]);
    expect(revisionOf('SK', 'SK-000000003')).toBe(2);
  });
  it('have at most 16 characters, to the end of the series', () => {
    expect(numberOf('ABCDEF', 999_999_998)).toHaveLength(16);
    expect(() => numberOf('ABCDEF', 999_999_999)).toThrow(RangeError);
  });
  it.each(['SK-000000000', 'SK-1', 'XX-000000001', 'SK-00000000a', 'SK-0000000001', ''])(
    '%j names none',
    (text) => expect(revisionOf('SK', text)).toBeUndefined(),
  );
  it('a series is 1 to 6 capitals and digits', () => {
    expect(['SK', 'A', 'ABC123'].every(isSeriesName)).toBe(true);
    expect(['', 'sk', '1A', 'ABCDEFG', 'A-B'].some(isSeriesName)).toBe(false);
  });
});

describe('第7条: the fees that a document takes up', () => {
  const fee = (id: FeeId, arisenOn: JstDay, waived = false) => ({
    ...initialFee,
    fee: id,
    arisenOn,
    waived,
  });
  it('arisen by the end of its month, not waived, on no document yet', () => {
    const fees = [
      fee('fee_before', '2018-01-10'),
      fee('fee_in', '2018-02-28'),
      fee('fee_after', '2018-03-01'),
      fee('fee_waived', '2018-02-01', true),
      fee('fee_invoiced', '2018-02-01'),
    ];
    expect(feesToInvoice(fees, new Set(['fee_invoiced']), '2018-02').map((each) => each.fee)).toEqual([
      'fee_before',
      'fee_in',
    ]);
  });
});
