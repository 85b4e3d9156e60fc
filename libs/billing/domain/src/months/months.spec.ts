import type { ServiceMonth } from '@smartkey/calendar';
import { describe, expect, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import { endOfClose, monthsToConsider, type BillableLife } from './due-months.ts';
import { billingMonths } from './months.decider.ts';
import type { MonthClosed } from './months.events.ts';

const life = (more: Partial<BillableLife> = {}): BillableLife => ({
  feeDays: [],
  issued: new Set<ServiceMonth>(),
  ...more,
});

describe('Invoices: a contract’s months are issued in order', () => {
  it('closing a month looks at every earlier month since the start that is not issued', () =>
    expect(monthsToConsider(life({ billingStart: '2018-01-15' }), '2018-03')).toEqual([
      '2018-01',
      '2018-02',
      '2018-03',
    ]));
  it('never looks at an issued month again', () => {
    const issued = new Set<ServiceMonth>(['2018-01', '2018-02']);
    const some = life({ billingStart: '2018-01-15', feeDays: ['2018-01-20'], issued });
    expect(monthsToConsider(some, '2018-03')).toEqual(['2018-03']);
    expect(monthsToConsider(some, '2018-02')).toEqual([]);
  });
  it('begins with a fee that arose before the billing start', () =>
    expect(
      monthsToConsider(life({ billingStart: '2018-03-01', feeDays: ['2018-02-10'] }), '2018-03'),
    ).toEqual(['2018-02', '2018-03']));
  it('a contract without a start and without fees: the month itself, to find nothing due', () =>
    expect(monthsToConsider(life(), '2018-03')).toEqual(['2018-03']));
  it('a start after the month: nothing before it', () =>
    expect(monthsToConsider(life({ billingStart: '2018-05-01' }), '2018-03')).toEqual(['2018-03']));
  it('an overtaken month is looked at by the close of any month, oldest first', () => {
    const overtaken = life({
      billingStart: '2018-01-10',
      issued: new Set<ServiceMonth>(['2018-02', '2018-04']),
    });
    for (const [closing, months] of [
      ['2018-01', ['2018-01', '2018-03']],
      ['2018-04', ['2018-01', '2018-03']],
      ['2018-05', ['2018-01', '2018-03', '2018-05']],
    ] as const)
      expect(monthsToConsider(overtaken, endOfClose(closing, '2018-04'))).toEqual(months);
  });
  it('a close looks no further than its own month where nothing later is issued', () => {
    expect(endOfClose('2018-03')).toBe('2018-03');
    expect(endOfClose('2018-03', '2018-01')).toBe('2018-03');
    expect(endOfClose('2018-03', '2018-04')).toBe('2018-04');
  });
});

describe('Invoices: the months of one contract', () => {
  const { given, when } = specOf(billingMonths);
  const closed = (month: ServiceMonth, number?: string): MonthClosed => ({
    type: 'MonthClosed',
    version: 1,
    data: {
      contract: 'ctr_1',
      month,
      ...(number === undefined
        ? { outcome: 'nothing-due' as const }
        : { outcome: 'issued' as const, number }),
    },
  });

  it('a month is issued once; the same invoice again changes nothing', () => {
    when(closed('2018-01', 'SK-1').data).then(closed('2018-01', 'SK-1')).andAgain().thenNothing();
  });
  it('another invoice for an issued month is refused', () => {
    given(closed('2018-01', 'SK-1'))
      .when(closed('2018-01', 'SK-2').data)
      .thenRefused({ code: 'month-already-issued' })
      .andAgain()
      .thenRefused({ code: 'month-already-issued' });
  });
  it('an overtaken month is issued once, behind a later one', () => {
    given(closed('2018-01'), closed('2018-02', 'SK-1'))
      .when(closed('2018-01', 'SK-2').data)
      .then(closed('2018-01', 'SK-2'))
      .thenState((state) =>
        expect(state).toEqual({
          issued: { '2018-01': 'SK-2', '2018-02': 'SK-1' },
          nothingDue: [],
          lastIssued: '2018-02',
        }),
      );
    given(closed('2018-02', 'SK-1'), closed('2018-01', 'SK-2'))
      .when(closed('2018-01', 'SK-2').data)
      .thenNothing()
      .andWhen(closed('2018-01', 'SK-3').data)
      .thenRefused({ code: 'month-already-issued' });
  });
  it('nothing due is said once, and is not final while no later month is issued', () => {
    when(closed('2018-01').data)
      .then(closed('2018-01'))
      .andAgain()
      .thenNothing()
      .andWhen(closed('2018-01', 'SK-1').data)
      .then(closed('2018-01', 'SK-1'))
      .thenState((state) => expect(state).toMatchObject({ nothingDue: [], lastIssued: '2018-01' }));
  });
  it('nothing due for a month that is issued or passed says nothing', () => {
    given(closed('2018-02', 'SK-1')).when(closed('2018-02').data).thenNothing();
    given(closed('2018-02', 'SK-1')).when(closed('2018-01').data).thenNothing();
  });
});
