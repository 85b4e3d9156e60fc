import type { PlanChangeId, FeeId, QuoteId } from '@smartkey/kernel';
import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  foldContractFacts,
  quoteFor,
  inForceAt,
  noContractFacts,
  type ContractFacts,
} from './contract-facts.ts';
import { type Plan, type Quote, billingWindowIn, planIn } from '@smartkey/terms';
import type { ContractMessages, ContractMessageType } from '@smartkey/messages';

type Told = { readonly type: string; readonly data: unknown };

const told = <Type extends ContractMessageType>(type: Type, data: ContractMessages[Type]): Told => ({
  type,
  data,
});
const after = (...messages: readonly Told[]): ContractFacts =>
  messages.reduce(
    (facts, message, revision) => foldContractFacts(facts, { ...message, revision }),
    noContractFacts('ctr_1'),
  );

const recipient = { name: '株式会社例示' };
const applied = told('ContractApplied', { plan: 'enterprise', recipient });
const accepted = told('ContractAccepted', {
  plan: 'enterprise',
  acceptedOn: '2018-01-01',
  termsVersion: '2018-01-01',
  recipient,
});
const startsOn = (date: JstDay) => told('BillingStartSet', { date });
const notified = (effectiveDay: JstDay) =>
  told('CancellationNotified', {
    cancellation: 'can_1',
    arrivedAt: '2018-01-10T00:00:00.000Z',
    form: 'portal',
    effectiveDay,
  });
const change = (planChange: PlanChangeId, plan: Plan, fromMonth: ServiceMonth) => ({
  planChange,
  plan,
  fromMonth,
});
const quote = (id: QuoteId, plan: Plan, effectiveMonth: ServiceMonth): Quote => {
  const common = { id, effectiveMonth, baseFee: '10000', baseFeeInPartialMonth: 'full' } as const;
  return plan === 'enterprise'
    ? { ...common, plan, accountFee: '300' }
    : { ...common, plan, authApi: { model: 'perUnit', unitPrice: '1' } };
};

describe('the facts of a contract, folded from its messages', () => {
  it('nothing is known, then it is accepted', () => {
    expect(after()).toEqual(noContractFacts('ctr_1'));
    expect(after(applied)).toMatchObject({ revision: 0, accepted: false, recipient });
    expect(after(applied, accepted)).toMatchObject({
      revision: 1,
      accepted: true,
      acceptedOn: '2018-01-01',
      firstPlan: 'enterprise',
    });
  });

  it('the recipient is the latest', () => {
    const news = told('ApplicantChanged', {
      recipient: { name: '例示ホールディングス', department: '経理部' },
    });
    expect(after(applied, accepted, news).recipient).toEqual({
      name: '例示ホールディングス',
      department: '経理部',
    });
  });

  it('第5条3項: withheld and restored', () => {
    const withheld = told('ServiceWithheld', {});
    expect(after(applied, accepted, withheld).withheld).toBe(true);
    expect(after(applied, accepted, withheld, told('ServiceRestored', {})).withheld).toBe(false);
  });

  it('第7条: fees stand unless they are waived', () => {
    const fee = (id: FeeId) =>
      told('FeeObligationArose', {
        fee: id,
        kind: 'one-time',
        amount: '3000',
        description: '変更手数料',
        arisenOn: '2018-01-10',
        taxCode: 'standard',
        termsVersion: '2018-01-01',
      });
    const { fees } = after(
      applied,
      accepted,
      fee('fee_1'),
      fee('fee_2'),
      told('FeeWaived', { fee: 'fee_1' }),
    );
    expect(fees.map(({ fee: id, waived }) => [id, waived])).toEqual([
      ['fee_1', true],
      ['fee_2', false],
    ]);
  });

  it('reasons of denials are told unless the contract keeps them', () => {
    expect(after(applied).denialReasonsDisclosed).toBe(true);
    expect(after(applied, told('DenialReasonsSet', { disclosed: false })).denialReasonsDisclosed).toBe(false);
  });

  it('messages of no consequence here, and ones of a newer program, move the revision and nothing else', () => {
    const before = after(applied, accepted);
    const { revision, ...facts } = foldContractFacts(before, {
      ...told('ConditionAttested', { condition: 1, on: '2018-01-01' }),
      revision: 2,
    });
    const { revision: _before, ...unchanged } = before;
    expect(revision).toBe(2);
    expect(facts).toEqual(unchanged);
    expect(foldContractFacts(before, { type: 'SomethingNew', data: {}, revision: 2 })).toEqual({
      ...before,
      revision: 2,
    });
  });

  it('a message told twice, or before what is known, changes nothing', () => {
    const before = after(applied, accepted, startsOn('2018-01-01'));
    expect(foldContractFacts(before, { ...accepted, revision: 1 })).toBe(before);
    expect(foldContractFacts(before, { ...startsOn('2019-01-01'), revision: 2 })).toBe(before);
  });

  it('any delivery with repeats leads to the same facts', () => {
    const messages = [
      applied,
      accepted,
      startsOn('2018-01-05'),
      told('PlanChangeAccepted', change('pch_1', 'service-provider', '2018-02')),
      notified('2018-03-31'),
    ];
    fc.assert(
      fc.property(fc.array(fc.nat(messages.length - 1), { maxLength: 30 }), (backTo) => {
        let facts = noContractFacts('ctr_1');
        messages.forEach((_message, reached) => {
          // Redelivered from an earlier point, again and again, as a bus does it, and then one further.
          for (const from of [...backTo.filter((each) => each <= reached), reached])
            for (let revision = from; revision <= reached; revision += 1)
              facts = foldContractFacts(facts, { ...messages[revision]!, revision });
        });
        expect(facts).toEqual(after(...messages));
      }),
    );
  });
});

describe('第4条: the plan of a month', () => {
  const bound = told('PlanChangeAccepted', change('pch_1', 'service-provider', '2018-02'));

  it('the first plan, then the accepted change from its month on, whether or not it was told that the month began', () => {
    const facts = after(applied, accepted, bound);
    expect((['2018-01', '2018-02', '2019-01'] as const).map((month) => planIn(facts, month))).toEqual([
      'enterprise',
      'service-provider',
      'service-provider',
    ]);
    expect(planIn(noContractFacts('ctr_1'), '2018-01')).toBeUndefined();
  });

  it('a request alone changes nothing', () => {
    const facts = after(
      applied,
      accepted,
      told('PlanChangeRequested', change('pch_1', 'service-provider', '2018-02')),
    );
    expect(planIn(facts, '2018-02')).toBe('enterprise');
  });

  it.each([
    ['withdrawn', told('PlanChangeWithdrawn', { planChange: 'pch_1' })],
    ['lapsed', told('PlanChangeLapsed', { planChange: 'pch_1', reason: 'contract-ends-before' })],
    ['replaced', told('PlanChangeReplaced', { planChange: 'pch_1', by: 'pch_2' })],
  ])('one that is %s does not hold', (_what, end) => {
    expect(planIn(after(applied, accepted, bound, end), '2018-02')).toBe('enterprise');
  });

  it('there and back: each holds from its month', () => {
    const facts = after(
      applied,
      accepted,
      bound,
      told('PlanChangeAccepted', change('pch_2', 'enterprise', '2018-04')),
    );
    expect(
      (['2018-01', '2018-02', '2018-03', '2018-04'] as const).map((month) => planIn(facts, month)),
    ).toEqual(['enterprise', 'service-provider', 'service-provider', 'enterprise']);
  });
});

describe('第6条: in force until the end of the last day', () => {
  it('from the acceptance on, without an end unless one is notified', () => {
    expect(inForceAt(after(applied), '2018-01-01T00:00:00.000Z')).toBe(false);
    expect(inForceAt(after(applied, accepted), '2999-01-01T00:00:00.000Z')).toBe(true);
  });

  it('the last day is served to its end in JST, also where nobody told that the contract has ended', () => {
    const facts = after(applied, accepted, notified('2018-02-09'));
    expect(inForceAt(facts, '2018-02-09T14:59:59.999Z')).toBe(true);
    expect(inForceAt(facts, '2018-02-09T15:00:00.000Z')).toBe(false);
  });

  it('a corrected notice ends on its corrected day, a withdrawn one not at all', () => {
    const corrected = told('CancellationCorrected', {
      cancellation: 'can_1',
      arrivedAt: '2018-01-05T00:00:00.000Z',
      effectiveDay: '2018-02-04',
    });
    expect(after(applied, accepted, notified('2018-02-09'), corrected).lastDay).toBe('2018-02-04');
    const voided = told('CancellationVoided', { cancellation: 'can_1' });
    expect(after(applied, accepted, notified('2018-02-09'), voided)).not.toHaveProperty('lastDay');
  });
});

describe('the billing window: from the billing start date to the last day, both included', () => {
  const window = (month: ServiceMonth, start?: JstDay, lastDay?: JstDay) =>
    billingWindowIn(
      after(
        applied,
        accepted,
        ...(start === undefined ? [] : [startsOn(start)]),
        ...(lastDay === undefined ? [] : [notified(lastDay)]),
      ),
      month,
    );

  it.each([
    ['no start, no window', '2018-01', undefined, undefined, undefined],
    ['a month before the start', '2018-01', '2018-02-01', undefined, undefined],
    ['the month of the start', '2018-01', '2018-01-15', undefined, { from: '2018-01-15', to: '2018-01-31' }],
    ['a month in between', '2018-02', '2018-01-15', '2018-03-10', { from: '2018-02-01', to: '2018-02-28' }],
    ['the month of the end', '2018-03', '2018-01-15', '2018-03-10', { from: '2018-03-01', to: '2018-03-10' }],
    [
      'start and end in one month',
      '2018-01',
      '2018-01-15',
      '2018-01-20',
      { from: '2018-01-15', to: '2018-01-20' },
    ],
    ['a month after the end', '2018-04', '2018-01-15', '2018-03-10', undefined],
    ['a start after the end: an empty window', '2018-02', '2018-02-10', '2018-01-31', undefined],
    ['a start after the end in the same month', '2018-01', '2018-01-31', '2018-01-30', undefined],
  ] as const)('%s', (_case, month, start, lastDay, expected) => {
    expect(window(month, start, lastDay)).toEqual(expected);
  });
});

describe('別紙1: the quote that governs a month', () => {
  const given = (...quotes: readonly Quote[]) => quotes.map((each) => told('PriceQuoted', { quote: each }));

  it('the latest effective in or before it; of two for the same month the later given', () => {
    const facts = after(
      applied,
      accepted,
      ...given(
        quote('quo_1', 'enterprise', '2018-01'),
        quote('quo_2', 'enterprise', '2018-03'),
        quote('quo_3', 'enterprise', '2018-03'),
      ),
    );
    expect(
      (['2017-12', '2018-01', '2018-02', '2018-03', '2019-01'] as const).map(
        (month) => quoteFor(facts, month)?.id,
      ),
    ).toEqual([undefined, 'quo_1', 'quo_1', 'quo_3', 'quo_3']);
  });

  it('enterprise 2018-01, service-provider 2018-02; the change to service-provider withdrawn: February by the enterprise quote', () => {
    const quotes = given(
      quote('quo_1', 'enterprise', '2018-01'),
      quote('quo_2', 'service-provider', '2018-02'),
    );
    const bound = told('PlanChangeAccepted', change('pch_1', 'service-provider', '2018-02'));
    expect(quoteFor(after(applied, accepted, ...quotes, bound), '2018-02')?.id).toBe('quo_2');
    const withdrawn = told('PlanChangeWithdrawn', { planChange: 'pch_1' });
    expect(quoteFor(after(applied, accepted, ...quotes, bound, withdrawn), '2018-02')?.id).toBe('quo_1');
  });
});
