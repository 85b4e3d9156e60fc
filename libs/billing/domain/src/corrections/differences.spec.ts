import type { AuthApiPrice } from '@smartkey/terms';
import type { Yen } from '@smartkey/money';
import { describe, expect, it } from '@jest/globals';
import { enterpriseQuote, inputsOf, providerQuote } from '../invoice/invoice.samples.ts';
import type { MeasuredMonth } from '../invoice/invoice-inputs.ts';
import type { Invoice } from '../invoice/invoice.ts';
import { DEFAULT_POLICIES } from '../policies/billing-policy.ts';
import { CURRENT_RULES } from '../rules/rule-versions.ts';
import { billedItems } from './billed-items.ts';
import { differencesIn, rateAgain } from './differences.ts';
import type { IssuedMonth } from './issued-month.ts';

const lines = (plan: 'enterprise' | 'service-provider', base: Yen, usage: Yen): Invoice['lines'] =>
  (['base', plan === 'enterprise' ? 'account-usage' : 'auth-api-usage'] as const).map((item, index) => ({
    n: index + 1,
    item,
    description: item,
    quantity: '1',
    unitPrice: null,
    amount: index === 0 ? base : usage,
    taxCode: 'JP-STD-8-2014',
    date: '2018-01-31',
  }));

/** What differs of January 2018, billed as the lines say and measured now as given. */
function differing(billed: Invoice['lines'], now: Parameters<typeof inputsOf>[1]) {
  const invoice = {
    number: 'SK-000000001',
    month: '2018-01',
    kind: 'invoice',
    lines: billed,
  } as unknown as Invoice;
  const { fees: _none, ...measured } = inputsOf('2018-01', now);
  const month: IssuedMonth = {
    month: '2018-01',
    invoice,
    rules: CURRENT_RULES,
    policy: DEFAULT_POLICIES[0],
    measured: measured satisfies MeasuredMonth,
  };
  const rated = rateAgain(month);
  if ('code' in rated) return rated.code;
  return differencesIn(month, rated, billedItems([invoice]), []).map(({ item, issued, shouldBe, amount }) => [
    item,
    issued,
    shouldBe,
    amount,
  ]);
}

describe('Corrections: rated again − (issued + corrected), over all that is billed or rated', () => {
  const provider = { plan: 'service-provider', quote: providerQuote } as const;

  it('successes that came late, of a month by count', () => {
    expect(differing(lines('service-provider', '5000', '2400'), { ...provider, successes: 1203 })).toEqual([
      ['auth-api-usage', '2400', '2406', '6'],
    ]);
  });

  it('a price by tiers may lower an item as its count rises', () => {
    const authApi: AuthApiPrice = {
      model: 'volume',
      tiers: [
        { upTo: 1000, unitPrice: '2' },
        { upTo: null, unitPrice: '1' },
      ],
    };
    const now = { ...provider, quote: { ...providerQuote, authApi }, successes: 1001 };
    expect(differing(lines('service-provider', '5000', '2000'), now)).toEqual([
      ['auth-api-usage', '2000', '1001', '-999'],
    ]);
  });

  it('an item that is billed and not rated any more, and one that is rated and was not billed', () => {
    expect(differing(lines('enterprise', '10000', '300'), { ...provider, successes: 1 })).toEqual([
      ['base', '10000', '5000', '-5000'],
      ['account-usage', '300', '0', '-300'],
      ['auth-api-usage', '0', '2', '2'],
    ]);
  });

  it('the window left: all that is billed; without a quote then, nothing is asked of one', () => {
    const gone = { window: undefined, quote: undefined };
    expect(differing(lines('enterprise', '10000', '300'), gone)).toEqual([
      ['base', '10000', '0', '-10000'],
      ['account-usage', '300', '0', '-300'],
    ]);
    expect(differing(lines('enterprise', '10000', '300'), { quote: undefined })).toBe('no-governing-quote');
  });

  it('an item of 0 yen that stays at 0 is no difference', () => {
    const free = { quote: { ...enterpriseQuote, baseFee: '0' } } as const;
    expect(differing(lines('enterprise', '0', '0'), free)).toEqual([]);
  });
});
