import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import { event, fold, type FeeId } from '@smartkey/kernel';
import { describe, expect, it } from '@jest/globals';
import { facts } from '@smartkey/testing';
import { contractDecider } from '../contract.decider.ts';
import type { ContractEvent } from '../contract.events.ts';
import { applied, contract, notified, quoted } from '../testing/contract.fixture.ts';
import type { Issued } from './issued.ts';
import { touchedMonths } from './touched-months.ts';

const stateOf = (history: readonly ContractEvent[]) =>
  fold(contractDecider, facts(history, '2018-05-10T00:00:00.000Z'));
const issuedIn = (...months: readonly ServiceMonth[]): Issued => ({ months, fees: {} });
const first = [...contract({ billingStart: '2018-01-01' }), quoted('quo_1', 'enterprise', '2018-01')];
const touched = (history: readonly ContractEvent[], news: readonly ContractEvent[], issued: Issued) =>
  touchedMonths(stateOf(history), stateOf([...history, ...news]), issued);

const starts = (date: JstDay) => event('BillingStartSet', { date });
const fee = (id: FeeId, arisenOn: JstDay) =>
  event('FeeObligationArose', {
    fee: id,
    kind: 'one-time',
    amount: '3000',
    description: '設定',
    arisenOn,
    taxCode: 'standard',
    termsVersion: '2018-01-01',
  });
const waived = (id: FeeId) => event('FeeWaived', { fee: id, reason: '免除' });

describe('Invoices, late facts: the issued months that facts of the contract lie in', () => {
  const four = issuedIn('2018-01', '2018-02', '2018-03', '2018-04');

  it.each([
    ['第7条: a start moved on within the month', [starts('2018-01-10')], ['2018-01']],
    ['第7条: a start moved over a month', [starts('2018-02-20')], ['2018-01', '2018-02']],
    [
      '第7条: a start moved before everything: a month that is overtaken',
      [starts('2017-12-20')],
      ['2017-12'],
    ],
    [
      '第6条: an end in the past',
      [notified('can_1', '2018-02-10T00:00:00.000Z', '2018-03-12')],
      ['2018-03', '2018-04'],
    ],
    ['第6条: an end to come', [notified('can_1', '2018-05-10T00:00:00.000Z', '2018-06-09')], []],
    ['第7条: a fee of a past day', [fee('fee_1', '2018-02-10')], ['2018-02']],
    ['第7条: a fee of this month', [fee('fee_1', '2018-05-10')], []],
    [
      '別紙1: another quote, though not a yen changes',
      [quoted('quo_2', 'enterprise', '2018-03', 'quo_1')],
      ['2018-03', '2018-04'],
    ],
    ['別紙1: a quote of the other plan', [quoted('quo_2', 'service-provider', '2018-03')], []],
    ['nothing that is billed', [event('ServiceWithheld', { reason: 'x' })], []],
  ] as const)('%s', (_what, news, months) => {
    expect(touched(first, news, four)).toEqual(months);
  });

  it('第6条: a notice that is corrected touches what lies between the two ends', () => {
    const history = [...first, notified('can_1', '2018-03-20T00:00:00.000Z', '2018-04-19')];
    const corrected = event('CancellationCorrected', {
      cancellation: 'can_1',
      arrivedAt: '2018-02-10T00:00:00.000Z',
      effectiveDay: '2018-03-12',
      reason: '誤読',
    });
    expect(touched(history, [corrected], four)).toEqual(['2018-03', '2018-04']);
    const voided = event('CancellationVoided', { cancellation: 'can_1', reason: '撤回' });
    expect(touched(history, [voided], four)).toEqual(['2018-04']);
  });

  it('第7条: a waived fee touches its own month and the one whose document carries it', () => {
    const history = [...first, fee('fee_1', '2018-01-10')];
    expect(touched(history, [waived('fee_1')], four)).toEqual(['2018-01']);
    const carried = { ...four, fees: { fee_1: '2018-02' } as const };
    expect(touched(history, [waived('fee_1')], carried)).toEqual(['2018-01', '2018-02']);
  });

  it('第7条: a start set late overtakes months that then owe something', () => {
    const history = [...contract({ on: '2017-12-15' }), fee('fee_1', '2018-03-10')];
    expect(touched(history, [starts('2018-01-20')], issuedIn('2018-03'))).toEqual([
      '2018-01',
      '2018-02',
      '2018-03',
    ]);
    // Taken back, they owe nothing any more.
    expect(touched([...history, starts('2018-01-20')], [starts('2018-03-10')], issuedIn('2018-03'))).toEqual([
      '2018-03',
    ]);
    // Later than the last issued month, a month is no overtaken one.
    expect(touched(history, [starts('2018-04-20')], issuedIn('2018-03'))).toEqual([]);
  });

  it('nothing where nothing is issued, or before the acceptance', () => {
    expect(touched(first, [starts('2018-01-10')], issuedIn())).toEqual([]);
    expect(touched([applied()], [quoted('quo_1', 'enterprise', '2018-01')], four)).toEqual([]);
  });
});
