import type { JstDay } from '@smartkey/calendar';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_POLICIES, policyIn } from '../policies/billing-policy.ts';
import { draftInvoice, totalled } from './draft-invoice.ts';
import { hashedInputs, type OutstandingFee } from './invoice-inputs.ts';
import {
  draftOf,
  enterpriseQuote,
  initialFee,
  inputsOf,
  outcomeOf,
  providerQuote,
} from './invoice.samples.ts';
import { issueInvoice } from './issue-invoice.ts';

const oneTime = (arisenOn: JstDay, more: Partial<OutstandingFee> = {}): OutstandingFee => ({
  fee: `fee_${arisenOn}`,
  kind: 'one-time',
  amount: '3000',
  description: '変更手数料',
  arisenOn,
  taxCode: 'standard',
  ...more,
});
const firstPattern = (daysInMonth: number) =>
  [
    [1, 2],
    [17, 3],
    [daysInMonth, 100],
  ] as const;

describe('Invoices: worked months', () => {
  it('January 2024: account usage 30,512; net 40,512; tax 4,051; total 44,563', () => {
    const draft = draftOf('2024-01', { usedDays: firstPattern(31) });
    expect(draft).toMatchObject({ net: '40512', tax: '4051', total: '44563', form: 'qualified' });
    expect(draft.lines).toEqual([
      {
        n: 1,
        item: 'base',
        description: '月額基本料 エンタープライズ 2024年1月分',
        quantity: '1',
        unitPrice: '10000',
        amount: '10000',
        taxCode: 'JP-STD-10-2019',
        date: '2024-01-31',
      },
      {
        n: 2,
        item: 'account-usage',
        description: 'アカウント使用料 2024年1月分',
        quantity: '101.708',
        unitPrice: '300',
        amount: '30512',
        taxCode: 'JP-STD-10-2019',
        date: '2024-01-31',
      },
    ]);
    expect(draft.basis).toEqual({
      plan: 'enterprise',
      window: { from: '2024-01-01', to: '2024-01-31' },
      quote: 'quo_e',
      usedDays: firstPattern(31),
    });
  });

  it('one more 17-day account is +164, another then +165', () => {
    const usage = (accounts: number) =>
      Number(
        draftOf('2024-01', {
          usedDays: [
            [1, 2],
            [17, accounts],
            [31, 100],
          ],
        }).lines[1]!.amount,
      );
    expect([usage(4) - usage(3), usage(5) - usage(4)]).toEqual([164, 165]);
  });

  it('September 2019: 30,529; net 40,529; tax 8 % 3,242; total 43,771', () =>
    expect(draftOf('2019-09', { usedDays: firstPattern(30) })).toMatchObject({
      net: '40529',
      taxes: [{ taxCode: 'JP-STD-8-2014', rate: '8', taxable: '40529', tax: '3242' }],
      total: '43771',
    }));

  it('October 2019 with +170 for September: 4,051 at 10 % and 13 at the old 8 %, tax 4,064', () => {
    const october = draftOf('2019-10', { usedDays: firstPattern(31) }).lines;
    const adjustment = {
      ...october[1]!,
      item: 'adjustment' as const,
      amount: '170' as const,
      taxCode: 'JP-STD-8-2014' as const,
    };
    expect(totalled([...october, adjustment], policyIn(DEFAULT_POLICIES, '2019-10'))).toMatchObject({
      tax: '4064',
      taxes: [{ tax: '4051' }, { tax: '13' }],
    });
  });

  it('a service provider: the count, its unit price, and no breakdown for perUnit', () => {
    const draft = draftOf('2018-02', { plan: 'service-provider', quote: providerQuote, successes: 1234 });
    expect(draft.lines[1]).toMatchObject({
      item: 'auth-api-usage',
      quantity: '1234',
      unitPrice: '2',
      amount: '2468',
    });
    expect(draft.lines[1]).not.toHaveProperty('tiers');
    expect(draft.basis).toMatchObject({ plan: 'service-provider', successes: 1234, quote: 'quo_s' });
  });

  it('a price by tiers: no unit price, and the breakdown', () => {
    const authApi = { model: 'graduated', tiers: [{ upTo: null, unitPrice: '0.5' }], freeUnits: 10 } as const;
    const [, line] = draftOf('2018-02', { quote: { ...providerQuote, authApi }, successes: 13 }).lines;
    expect(line).toMatchObject({
      quantity: '13',
      unitPrice: null,
      amount: '1',
      tiers: [{ units: 3, amount: '1.5' }],
    });
    expect(line!.description).toContain('無料分 10 回');
  });
});

describe('Invoices, which months (第7条, 別紙1)', () => {
  it('a month that the window does not meet and in which no fee arose: nothing due', () =>
    expect(outcomeOf(inputsOf('2018-01', { window: undefined }))).toEqual({
      outcome: 'nothing-due',
    }));

  it('the initial fee of 0 yen draws up no invoice by itself, but stands on the first', () => {
    expect(outcomeOf(inputsOf('2018-01', { window: undefined, fees: [initialFee] }))).toEqual({
      outcome: 'nothing-due',
    });
    expect(draftOf('2018-02', { fees: [initialFee] }).lines.at(-1)).toMatchObject({
      item: 'initial-fee',
      description: '初期費用',
      amount: '0',
      fee: 'fee_0',
      date: '2018-01-01',
    });
  });

  it('a one-time fee alone draws up an invoice, with the month as its period', () => {
    const draft = draftOf('2018-01', { window: undefined, fees: [oneTime('2018-01-10')] });
    expect(draft).toMatchObject({
      net: '3000',
      tax: '240',
      period: { from: '2018-01-01', to: '2018-01-31' },
      basis: {},
    });
  });

  it('an invoice over 0 yen is drawn up like any other', () =>
    expect(draftOf('2018-01', { quote: { ...enterpriseQuote, baseFee: '0' } })).toMatchObject({
      total: '0',
      lines: [
        { item: 'base', amount: '0' },
        { item: 'account-usage', amount: '0', quantity: '0' },
      ],
    }));

  it('a fee of an earlier month keeps its own date and rate; out of scope carries no tax', () =>
    expect(
      draftOf('2019-10', {
        fees: [oneTime('2019-09-30'), oneTime('2019-10-01', { taxCode: 'out-of-scope', amount: '500' })],
      }).taxes,
    ).toEqual([
      { taxCode: 'JP-STD-10-2019', rate: '10', taxable: '10000', tax: '1000' },
      { taxCode: 'JP-STD-8-2014', rate: '8', taxable: '3000', tax: '240' },
      { taxCode: 'JP-OUT', taxable: '500', tax: '0' },
    ]));

  it('the initial fee of 0 yen of another rate’s day makes no tax row by itself', () =>
    expect(draftOf('2019-10', { fees: [{ ...initialFee, arisenOn: '2019-09-15' }] })).toMatchObject({
      lines: [{}, {}, { item: 'initial-fee', taxCode: 'JP-STD-8-2014', amount: '0' }],
      taxes: [{ taxCode: 'JP-STD-10-2019', rate: '10', taxable: '10000', tax: '1000' }],
    }));

  it('fees of one day stand in the order of their entry', () => {
    const fees = (['fee_b', 'fee_c', 'fee_a'] as const).map((fee) => oneTime('2018-02-10', { fee }));
    const earlier = oneTime('2018-02-01', { fee: 'fee_z' });
    expect(
      draftOf('2018-02', { fees: [...fees, earlier] })
        .lines.slice(2)
        .map((line) => line.fee),
    ).toEqual(['fee_z', 'fee_b', 'fee_c', 'fee_a']);
  });

  it('the initial fee comes before one-time fees, and those as they arose', () =>
    expect(
      draftOf('2018-02', { fees: [oneTime('2018-02-10'), oneTime('2018-01-20'), initialFee] }).lines.map(
        (line) => line.fee,
      ),
    ).toEqual([undefined, undefined, 'fee_0', 'fee_2018-01-20', 'fee_2018-02-10']));
});

describe('Invoices: what parks a contract', () => {
  const reasonOf = (...args: Parameters<typeof inputsOf>) => {
    const outcome = outcomeOf(inputsOf(...args));
    return outcome.outcome === 'parked' ? outcome.reason.code : outcome.outcome;
  };

  it('a month that meets the window and has no governing quote (別紙1)', () =>
    expect(reasonOf('2018-01', { quote: undefined })).toBe('no-governing-quote'));

  it('from 2023-10 no valid registration number (適格請求書); before, none is needed and none is shown', () => {
    const without = { issuer: { name: '株式会社見本', registrationNumber: null } };
    const wrong = { issuer: { name: '株式会社見本', registrationNumber: 'T1234567890123' } };
    expect(reasonOf('2023-10', without)).toBe('no-registration-number');
    expect(reasonOf('2023-10', wrong)).toBe('no-registration-number');
    expect(reasonOf('2023-09', without)).toBe('draft');
    expect(draftOf('2023-09').issuer.registrationNumber).toBeNull();
    expect(draftOf('2023-10').issuer.registrationNumber).toBe('T7123456789012');
  });

  it('more lines than one event of a log can hold', () => {
    const fees = (count: number) =>
      Array.from({ length: count }, (_, n) => oneTime('2018-01-10', { fee: `fee_${n}` }));
    expect(reasonOf('2018-01', { fees: fees(498) })).toBe('draft');
    expect(reasonOf('2018-01', { fees: fees(499) })).toBe('too-many-lines');
  });

  it('nobody to make it out to', () =>
    expect(reasonOf('2018-01', { recipient: undefined })).toBe('no-recipient'));
});

describe('Invoices: preview and issue are the same function', () => {
  const usage = fc
    .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 31 }), fc.integer({ min: 1, max: 1_000_000 })), {
      selector: ([days]) => days,
    })
    .map((pairs) => [...pairs].sort(([a], [b]) => a - b));
  const issue = {
    series: 'SK',
    revision: 41,
    issuedOn: '2024-02-01' as const,
    paymentTerm: DEFAULT_POLICIES[0]!.paymentTerm,
    positions: { 'contract/0': '7' },
    inputsHash: 'ab',
  };

  it('an issued document is its draft with number, dates and what it was read from', () => {
    const { ruleVersion, policyVersion, termsVersion, ...content } = draftOf('2024-01', {
      usedDays: [[31, 2]],
    });
    expect(issueInvoice(draftOf('2024-01', { usedDays: [[31, 2]] }), issue)).toEqual({
      ...content,
      number: 'SK-000000042',
      issuedOn: '2024-02-01',
      dueOn: '2024-02-29',
      inputs: {
        positions: { 'contract/0': '7' },
        ruleVersion,
        policyVersion,
        termsVersion,
        paymentTerm: issue.paymentTerm,
        hash: 'ab',
      },
    });
  });

  it('drafting twice gives the same document, and a JSON round trip changes nothing', () => {
    fc.assert(
      fc.property(usage, fc.nat(1_000_000), (usedDays, successes) => {
        for (const quote of [enterpriseQuote, providerQuote]) {
          const inputs = inputsOf('2024-01', { usedDays, successes, quote, plan: quote.plan });
          const policy = policyIn(DEFAULT_POLICIES, '2024-01');
          const draft = draftInvoice(inputs, policy);
          expect(draftInvoice(JSON.parse(JSON.stringify(inputs)), policy)).toEqual(draft);
          expect(JSON.parse(JSON.stringify(draft))).toEqual(draft);
        }
      }),
    );
  });

  it('totals add up for any usage: net is the sum of lines, total is net and tax', () => {
    fc.assert(
      fc.property(usage, (usedDays) => {
        const { lines, net, tax, total } = draftOf('2024-01', { usedDays });
        expect(lines.reduce((sum, line) => sum + BigInt(line.amount), 0n)).toBe(BigInt(net));
        expect(BigInt(net) / 10n).toBe(BigInt(tax));
        expect(BigInt(net) + BigInt(tax)).toBe(BigInt(total));
      }),
    );
  });

  it('the hash covers inputs, rules and policy', () => {
    const inputs = inputsOf('2024-01');
    expect(hashedInputs(inputs, 'r', 'p')).toEqual({ inputs, ruleVersion: 'r', policyVersion: 'p' });
  });
});
