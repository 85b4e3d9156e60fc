import type { Instant } from '@smartkey/kernel';
import type { ServiceMonth } from '@smartkey/calendar';
import { describe, expect, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import { billingMonths, type MonthClosed } from './billing-month.decider.ts';
import { monthsToConsider, type BillableLife } from './due-months.ts';
import { monthClose, type CloseFinished, type CloseRequested } from './month-close.decider.ts';

describe('Invoices: a contract’s months are issued in order', () => {
  it('closing a month looks at every earlier month since the start that is not issued', () =>
    expect(monthsToConsider({ billingStart: '2018-01-15', feeDays: [] }, '2018-03')).toEqual([
      '2018-01',
      '2018-02',
      '2018-03',
    ]));
  it('goes on after the last issued month, and never looks before it', () => {
    const life: BillableLife = { billingStart: '2018-01-15', feeDays: ['2018-01-20'], lastIssued: '2018-02' };
    expect(monthsToConsider(life, '2018-03')).toEqual(['2018-03']);
    expect(monthsToConsider(life, '2018-02')).toEqual([]);
  });
  it('begins with a fee that arose before the billing start', () =>
    expect(monthsToConsider({ billingStart: '2018-03-01', feeDays: ['2018-02-10'] }, '2018-03')).toEqual([
      '2018-02',
      '2018-03',
    ]));
  it('a contract without a start and without fees: the month itself, to find nothing due', () =>
    expect(monthsToConsider({ feeDays: [] }, '2018-03')).toEqual(['2018-03']));
  it('a start after the month: nothing before it', () =>
    expect(monthsToConsider({ billingStart: '2018-05-01', feeDays: [] }, '2018-03')).toEqual(['2018-03']));
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
  it('a month before an issued one is refused', () => {
    given(closed('2018-02', 'SK-1'))
      .when(closed('2018-01', 'SK-2').data)
      .thenRefused({ code: 'month-out-of-order' });
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

describe('Invoices: closing a month', () => {
  const { given, when } = specOf(monthClose);
  const request = (run: string, now: Instant = '2018-01-31T15:00:00.000Z') =>
    ({ kind: 'request', run, month: '2018-01', now }) as const;
  const requested = (run: string): CloseRequested => ({
    type: 'CloseRequested',
    version: 1,
    data: { run, month: '2018-01' },
  });
  const counts = { total: 2, issued: 1, nothingDue: 0 };
  const parked = [{ contract: 'ctr_2', code: 'no-governing-quote', reason: '2018-01: no quote' }] as const;

  it('a month that has not ended in Japan is refused, to the last millisecond', () => {
    when(request('run_1', '2018-01-31T14:59:59.999Z')).thenRefused({ code: 'month-not-ended' });
  });
  it('is asked for once while a run is open', () => {
    when(request('run_1'))
      .then(requested('run_1'))
      .andAgain()
      .thenNothing()
      .andWhen(request('run_2'))
      .thenNothing()
      .thenState((state) => expect(state.open).toBe('run_1'));
  });
  it('ends partial with parked contracts by name, and may be asked for again then', () => {
    const finished: CloseFinished = {
      type: 'CloseFinished',
      version: 1,
      data: { run: 'run_1', month: '2018-01', counts, parked, state: 'partial' },
    };
    given(requested('run_1'))
      .when({ kind: 'finish', run: 'run_1', month: '2018-01', counts, parked })
      .then(finished)
      .andAgain()
      .thenNothing()
      .andWhen(request('run_2'))
      .then(requested('run_2'));
  });
  it('ends completed where none is parked', () => {
    given(requested('run_1'))
      .when({ kind: 'finish', run: 'run_1', month: '2018-01', counts, parked: [] })
      .then({
        type: 'CloseFinished',
        version: 1,
        data: { run: 'run_1', month: '2018-01', counts, parked: [], state: 'completed' },
      })
      .thenState((state) => expect(state).toEqual({}));
  });
});
