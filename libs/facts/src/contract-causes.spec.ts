import { describe, expect, it } from '@jest/globals';
import { plusMillis } from '@smartkey/kernel';
import type { ContractMessages } from '@smartkey/messages';
import { causesOfFee, causesOfMonth, type ToldOfContract } from './contract-causes.ts';

const told = (
  ...messages: readonly { [T in keyof ContractMessages]: [T, ContractMessages[T]] }[keyof ContractMessages][]
): readonly ToldOfContract[] =>
  messages.map(([type, data], revision) => ({
    type,
    data,
    revision,
    // 08:59 JST of another day each.
    occurredAt: plusMillis('2018-03-01T23:59:00.000Z', revision * 86_400_000),
  }));
const quote = (id: string, replaces?: string): ContractMessages['PriceQuoted'] => ({
  quote: {
    id,
    plan: 'enterprise',
    effectiveMonth: '2018-01',
    baseFee: '10000',
    baseFeeInPartialMonth: 'full',
    accountFee: '300',
    ...(replaces !== undefined && { replaces }),
  },
});
const fee = { kind: 'one-time', amount: '3000', description: '設定', taxCode: 'standard' } as const;

const history = told(
  [
    'ContractAccepted',
    { plan: 'enterprise', acceptedOn: '2018-01-01', termsVersion: '2018-01-01', recipient: { name: 'x' } },
  ],
  ['PriceQuoted', quote('quo_1')],
  ['BillingStartSet', { date: '2018-01-10' }],
  ['ServiceStarted', { date: '2018-01-10' }],
  ['BillingStartSet', { date: '2018-01-20' }],
  ['PriceQuoted', quote('quo_2', 'quo_1')],
  [
    'CancellationNotified',
    {
      cancellation: 'can_1',
      arrivedAt: '2018-01-25T00:00:00.000Z',
      form: 'paper',
      effectiveDay: '2018-02-24',
    },
  ],
  ['FeeObligationArose', { ...fee, fee: 'fee_1', arisenOn: '2018-01-15', termsVersion: '2018-01-01' }],
  ['FeeObligationArose', { ...fee, fee: 'fee_2', arisenOn: '2018-01-15', termsVersion: '2018-01-01' }],
  ['FeeWaived', { fee: 'fee_1' }],
  ['FeeWaived', { fee: 'fee_2', mistake: true }],
);

describe('Corrections: why a month is billed otherwise', () => {
  it('a quote, the start, the end: each where it changes days or prices of that month, with its day', () => {
    expect(causesOfMonth(history, '2018-01', -1)).toEqual([
      { revision: 1, day: '2018-03-03', ground: 'error' },
      { revision: 2, day: '2018-03-04', ground: 'error' },
      { revision: 4, day: '2018-03-06', ground: 'agreement' },
      { revision: 5, day: '2018-03-07', ground: 'agreement' },
    ]);
    expect(causesOfMonth(history, '2018-02', 2)).toEqual([
      { revision: 5, day: '2018-03-07', ground: 'agreement' },
      { revision: 6, day: '2018-03-08', ground: 'error' },
    ]);
  });

  it('nothing that was known', () => {
    expect(causesOfMonth(history, '2018-01', 5)).toEqual([]);
  });

  it('a late fee is no agreement, a waived one is, a mistaken one is not', () => {
    expect(causesOfFee(history, 'fee_1', -1).map(({ ground }) => ground)).toEqual(['error', 'agreement']);
    expect(causesOfFee(history, 'fee_2', 7)).toEqual([
      { revision: 8, day: '2018-03-10', ground: 'error' },
      { revision: 10, day: '2018-03-12', ground: 'error' },
    ]);
    expect(causesOfFee(history, 'fee_3', -1)).toEqual([]);
  });
});
