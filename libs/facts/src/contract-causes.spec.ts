import { describe, expect, it } from '@jest/globals';
import type { ContractMessages } from '@smartkey/messages';
import { causeBy, type ToldOfContract } from './contract-causes.ts';
import { noContractFacts } from './contract-facts.ts';

const told = <Type extends keyof ContractMessages>(
  type: Type,
  data: ContractMessages[Type],
): ToldOfContract => ({ type, data, revision: 7, occurredAt: '2018-03-09T15:00:00.000Z' });
const before = noContractFacts('ctr_1');
const started = { ...before, billingStart: '2018-01-10' } as const;
const quote: ContractMessages['PriceQuoted']['quote'] = {
  id: 'quo_2',
  plan: 'enterprise',
  effectiveMonth: '2018-01',
  baseFee: '10000',
  baseFeeInPartialMonth: 'full',
  accountFee: '300',
};
const fee: ContractMessages['FeeObligationArose'] = {
  fee: 'fee_1',
  kind: 'one-time',
  amount: '3000',
  description: '設定',
  arisenOn: '2018-01-15',
  taxCode: 'standard',
  termsVersion: '2018-01-01',
};
const notice = {
  cancellation: 'can_1',
  arrivedAt: '2018-01-25T00:00:00.000Z',
  effectiveDay: '2018-02-24',
} as const;

describe('Corrections: why something is billed otherwise', () => {
  it('by which message, on the JST day of its business time', () => {
    expect(causeBy(told('FeeWaived', { fee: 'fee_1' }))).toEqual({
      revision: 7,
      day: '2018-03-10',
      ground: 'agreement',
    });
  });

  it.each([
    [
      'a quote that replaces another',
      told('PriceQuoted', { quote: { ...quote, replaces: 'quo_1' } }),
      before,
    ],
    ['a start that is moved', told('BillingStartSet', { date: '2018-01-20' }), started],
    ['a waived fee', told('FeeWaived', { fee: 'fee_1' }), before],
  ])('by agreement: %s', (_what, message, facts) => {
    expect(causeBy(message, facts).ground).toBe('agreement');
  });

  it.each([
    ['a quote that replaces none', told('PriceQuoted', { quote })],
    ['a start that is set for the first time', told('BillingStartSet', { date: '2018-01-20' })],
    ['a fee found late', told('FeeObligationArose', fee)],
    ['a fee that was a mistake', told('FeeWaived', { fee: 'fee_1', mistake: true })],
    ['a notice', told('CancellationNotified', { ...notice, form: 'paper' })],
    ['a corrected notice', told('CancellationCorrected', notice)],
  ])('in error: %s', (_what, message) => {
    expect(causeBy(message, before).ground).toBe('error');
  });
});
