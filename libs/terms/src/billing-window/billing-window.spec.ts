import { describe, expect, it } from '@jest/globals';
import { billingWindowIn, isOver } from './billing-window.ts';

describe('the billing window [課金開始日, effective day of cancellation], cut to a month', () => {
  it.each([
    ['no start: nothing is due', {}, '2018-01', undefined],
    ['before the start', { billingStart: '2018-02-01' }, '2018-01', undefined],
    ['from the start', { billingStart: '2018-01-15' }, '2018-01', ['2018-01-15', '2018-01-31']],
    ['a whole month', { billingStart: '2017-12-10' }, '2018-02', ['2018-02-01', '2018-02-28']],
    [
      'until the end',
      { billingStart: '2017-12-10', lastDay: '2018-02-10' },
      '2018-02',
      ['2018-02-01', '2018-02-10'],
    ],
    [
      'one day',
      { billingStart: '2018-02-10', lastDay: '2018-02-10' },
      '2018-02',
      ['2018-02-10', '2018-02-10'],
    ],
    ['after the end', { billingStart: '2017-12-10', lastDay: '2018-02-10' }, '2018-03', undefined],
    [
      'a start after the end: empty',
      { billingStart: '2018-02-20', lastDay: '2018-02-10' },
      '2018-02',
      undefined,
    ],
  ] as const)('%s', (_, term, month, expected) => {
    const window = billingWindowIn(term, month);
    expect(window && [window.from, window.to]).toEqual(expected);
  });

  it('第6条: the last day is over at 00:00 JST of the next', () => {
    expect(isOver('2018-01-31', '2018-01-31T14:59:59.999Z')).toBe(false);
    expect(isOver('2018-01-31', '2018-01-31T15:00:00.000Z')).toBe(true);
    expect(isOver(undefined, '2018-01-31T15:00:00.000Z')).toBe(false);
  });
});
