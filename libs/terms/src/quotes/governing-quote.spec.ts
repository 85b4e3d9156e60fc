import type { ServiceMonth } from '@smartkey/calendar';
import { describe, expect, it } from '@jest/globals';
import { governingQuote } from './governing-quote.ts';
import type { Quote } from './quote.ts';

const enterprise = (id: Quote['id'], effectiveMonth: ServiceMonth): Quote => ({
  id,
  effectiveMonth,
  plan: 'enterprise',
  baseFee: '10000',
  baseFeeInPartialMonth: 'full',
  accountFee: '300',
});
const provider = (id: Quote['id'], effectiveMonth: ServiceMonth): Quote => ({
  id,
  effectiveMonth,
  plan: 'service-provider',
  baseFee: '5000',
  baseFeeInPartialMonth: 'full',
  authApi: { model: 'perUnit', unitPrice: '5' },
});

describe('別紙1: the quote that governs a month', () => {
  const quotes = [
    enterprise('quo_1', '2018-01'),
    provider('quo_2', '2018-02'),
    enterprise('quo_3', '2018-01'),
    enterprise('quo_4', '2018-04'),
  ];

  it.each([
    ['2017-12', 'enterprise', undefined],
    ['2018-01', 'enterprise', 'quo_3'],
    ['2018-03', 'enterprise', 'quo_3'],
    ['2018-04', 'enterprise', 'quo_4'],
    ['2018-03', 'service-provider', 'quo_2'],
    ['2018-03', undefined, undefined],
  ] as const)('of %s, plan %s, is %s', (month, plan, id) => {
    expect(governingQuote(quotes, plan, month)?.id).toBe(id);
  });
});
