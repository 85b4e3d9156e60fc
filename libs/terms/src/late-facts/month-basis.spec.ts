import { describe, expect, it } from '@jest/globals';
import type { Quote } from '../quotes/quote.ts';
import { basisOfMonth, isSameBasis, type BillingFacts } from './month-basis.ts';

const quote = (id: Quote['id'], effectiveMonth: Quote['effectiveMonth']): Quote => ({
  id,
  plan: 'enterprise',
  effectiveMonth,
  baseFee: '10000',
  baseFeeInPartialMonth: 'full',
  accountFee: '300',
});
const facts: BillingFacts = {
  firstPlan: 'enterprise',
  planChanges: [],
  quotes: [quote('quo_1', '2018-01'), quote('quo_2', '2018-03')],
  billingStart: '2018-01-15',
  lastDay: '2018-03-10',
};

describe('what the contract itself says of a month', () => {
  it('is its plan, the part of it in the billing window, and the quote that governs it', () => {
    expect(basisOfMonth(facts, '2018-01')).toEqual({
      plan: 'enterprise',
      window: { from: '2018-01-15', to: '2018-01-31' },
      quote: quote('quo_1', '2018-01'),
    });
    expect(basisOfMonth(facts, '2018-04')).toEqual({ plan: 'enterprise', quote: quote('quo_2', '2018-03') });
    expect(basisOfMonth({ planChanges: [], quotes: [] }, '2018-01')).toEqual({});
  });

  it.each([
    ['a start moved within the month', '2018-01', { billingStart: '2018-01-20' }, false],
    ['the same in a month that is served whole', '2018-02', { billingStart: '2018-01-20' }, true],
    ['an end moved within the month', '2018-03', { lastDay: '2018-03-09' }, false],
    ['an end moved before the month', '2018-03', { lastDay: '2018-02-28' }, false],
    ['a start that is unset', '2018-02', { billingStart: undefined }, false],
    ['another quote, of the same prices', '2018-02', { quotes: [quote('quo_3', '2018-01')] }, false],
    ['a quote for a later month', '2018-02', { quotes: [...facts.quotes, quote('quo_3', '2018-03')] }, true],
  ] as const)('%s: %s', (_what, month, change, same) => {
    const { billingStart, ...others } = { ...facts, ...change };
    const changed = billingStart === undefined ? others : { ...others, billingStart };
    expect(isSameBasis(basisOfMonth(facts, month), basisOfMonth(changed, month))).toBe(same);
  });
});
