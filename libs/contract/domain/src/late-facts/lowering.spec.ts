import type { Decimal } from '@smartkey/money';
import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import { event } from '@smartkey/kernel';
import { describe, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import type { SetBillingStart } from '../acceptance/acceptance.decide.ts';
import { contractDecider } from '../contract.decider.ts';
import type { WaiveFee } from '../fees/fees.decide.ts';
import type { GiveQuote } from '../quotes/quotes.decide.ts';
import { contract, notified, operator, quoted } from '../testing/contract.fixture.ts';
import type { Issued } from './issued.ts';

const { given } = specOf(contractDecider);
const january: Issued = { months: ['2018-01'], fees: {} };
const agreed = { reason: '合意', agreement: '2018-03-09 書面' };
const running = [...contract({ billingStart: '2018-01-01' }), quoted('quo_1', 'enterprise', '2018-01')];

const give = (more: Partial<GiveQuote> = {}): GiveQuote => ({
  ...operator('2018-03-10'),
  ...agreed,
  type: 'GiveQuote',
  quote: 'quo_new',
  plan: 'enterprise',
  effectiveMonth: '2018-01',
  baseFee: '10000',
  accountFee: '290',
  replaces: 'quo_1',
  issued: january,
  ...more,
});
const start = (date: JstDay, more: Partial<SetBillingStart> = {}): SetBillingStart => ({
  ...operator('2018-03-10'),
  ...agreed,
  type: 'SetBillingStart',
  date,
  issued: january,
  ...more,
});
const waive = (more: Partial<WaiveFee> = {}): WaiveFee => ({
  ...operator('2018-03-10'),
  type: 'WaiveFee',
  fee: 'fee_1',
  reason: '免除',
  issued: january,
  ...more,
});
const fee = (arisenOn: JstDay) =>
  event('FeeObligationArose', {
    fee: 'fee_1',
    kind: 'one-time',
    amount: '3000',
    description: '設定',
    arisenOn,
    taxCode: 'standard',
    termsVersion: '2018-01-01',
  });
const needed = { kind: 'conflict', code: 'second-person-needed', rule: 'Two persons' } as const;
const issuedIn = (...months: readonly ServiceMonth[]): Issued => ({ months, fees: {} });
const newQuote = (accountFee: Decimal, more: object = {}) =>
  event('PriceQuoted', {
    ...agreed,
    quote: {
      id: 'quo_new',
      plan: 'enterprise',
      effectiveMonth: '2018-01',
      baseFee: '10000',
      baseFeeInPartialMonth: 'full',
      accountFee,
      replaces: 'quo_1',
    },
    ...more,
  });

describe('Two persons: what may lower an issued month by agreement takes an approval', () => {
  it('別紙1: a quote of lower prices in place of the one that governed it, and then names the approval', () => {
    given(running)
      .when(give())
      .thenRefused(needed)
      .andWhen(give({ approval: 'apr_1' }))
      .then(newQuote('290', { approval: 'apr_1' }));
  });

  it('別紙1: not a quote of prices that are nowhere lower, nor one for months that are not issued', () => {
    given(running)
      .when(give({ accountFee: '310' }))
      .then(newQuote('310'));
    given(running)
      .when(give({ issued: issuedIn() }))
      .then(newQuote('290'));
  });

  it('別紙1: not one of which billing has said that no month comes to less', () => {
    given(running)
      .when(give({ lowersNothing: true }))
      .then(newQuote('290'));
  });

  it('別紙1: first what makes it legal, then the second person', () => {
    given(running)
      .when(give({ replaces: undefined }))
      .thenRefused({ code: 'month-issued', pointer: '/replaces' });
    given(running)
      .when(give({ agreement: undefined, approval: 'apr_1' }))
      .thenRefused({ code: 'month-issued', pointer: '/agreement' });
  });

  it('別紙1: not a month that the billing window does not meet, which owes nothing by any quote', () => {
    given(contract(), quoted('quo_1', 'enterprise', '2018-01'))
      .when(give())
      .then(newQuote('290'));
  });

  it('別紙1: a base fee by days matters in a month that is billed in part', () => {
    const prorated = { accountFee: '300', baseFeeInPartialMonth: 'prorated' } as const;
    given(contract({ billingStart: '2018-01-15' }), quoted('quo_1', 'enterprise', '2018-01'))
      .when(give(prorated))
      .thenRefused(needed);
  });

  it('第7条: a start moved to a later day, over days of an issued month', () => {
    given(running)
      .when(start('2018-01-02'))
      .thenRefused(needed)
      .andWhen(start('2018-01-02', { approval: 'apr_1' }))
      .then(
        event('BillingStartSet', { ...agreed, date: '2018-01-02', approval: 'apr_1' }),
        event('ServiceStarted', { date: '2018-01-02' }, '2018-01-01T15:00:00.000Z'),
      );
    given(running).when(start('2018-02-20')).thenRefused(needed);
  });

  it('第7条: not a start that is moved to an earlier day, or set for the first time, or after issued months', () => {
    given(contract({ billingStart: '2018-01-10' }))
      .when(start('2018-01-05'))
      .then(
        event('BillingStartSet', { ...agreed, date: '2018-01-05' }),
        event('ServiceStarted', { date: '2018-01-05' }, '2018-01-04T15:00:00.000Z'),
      );
    given(contract())
      .when(start('2018-01-20'))
      .then(
        event('BillingStartSet', { ...agreed, date: '2018-01-20' }),
        event('ServiceStarted', { date: '2018-01-20' }, '2018-01-19T15:00:00.000Z'),
      );
    given(contract({ billingStart: '2018-04-10' }))
      .when(start('2018-05-10'))
      .then(event('BillingStartSet', { ...agreed, date: '2018-05-10' }));
  });

  it('第7条: not a start that leaves the window as empty as it was', () => {
    given(
      contract({ billingStart: '2018-03-01' }),
      notified('can_1', '2018-01-20T00:00:00.000Z', '2018-02-19'),
    )
      .when(start('2018-03-05', { issued: issuedIn('2018-03') }))
      .then(
        event('ContractTerminated', { lastDay: '2018-02-19' }, '2018-02-19T15:00:00.000Z'),
        event('BillingStartSet', { ...agreed, date: '2018-03-05' }),
      );
  });

  it('第7条: a waived fee of an issued month, or one that stands on a document', () => {
    given(contract(), fee('2018-01-10'))
      .when(waive())
      .thenRefused(needed)
      .andWhen(waive({ approval: 'apr_1' }))
      .then(event('FeeWaived', { fee: 'fee_1', reason: '免除', approval: 'apr_1' }));
    given(contract(), fee('2018-02-10'))
      .when(waive({ issued: { months: ['2018-03'], fees: { fee_1: '2018-03' } } }))
      .thenRefused(needed);
  });

  it('第7条: not a fee of a month that is not issued, nor one that was a mistake', () => {
    given(contract(), fee('2018-02-10'))
      .when(waive())
      .then(event('FeeWaived', { fee: 'fee_1', reason: '免除' }));
    given(contract(), fee('2018-01-10'))
      .when(waive({ mistake: true }))
      .then(event('FeeWaived', { fee: 'fee_1', reason: '免除', mistake: true }));
  });
});
