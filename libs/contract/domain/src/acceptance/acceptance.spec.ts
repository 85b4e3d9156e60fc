import type { JstDay } from '@smartkey/calendar';
import { event, type Instant } from '@smartkey/kernel';
import { describe, expect, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import { contractDecider } from '../contract.decider.ts';
import { statusAt } from '../shared/status.ts';
import {
  acceptedOn,
  applied,
  contract,
  nothingIssued,
  notified,
  operator,
} from '../testing/contract.fixture.ts';
import type { Accept, SetBillingStart } from './acceptance.decide.ts';

const { given, when } = specOf(contractDecider);

const accept = (more: Partial<Accept> = {}): Accept => ({
  ...operator('2018-01-10'),
  type: 'Accept',
  eligibility: { eligible: true },
  fee: 'fee_1',
  ...more,
});

const acceptedAt = (instant: Instant, day: JstDay, termsVersion = '2018-01-01') => ({
  plan: 'enterprise' as const,
  acceptedAt: instant,
  acceptedOn: day,
  termsVersion,
  recipient: { name: '株式会社例示' },
});
const initial = (arisenOn: JstDay, termsVersion = '2018-01-01') => ({
  fee: 'fee_1' as const,
  kind: 'initial' as const,
  amount: '0' as const,
  description: '初期費用',
  arisenOn,
  taxCode: 'standard' as const,
  termsVersion,
});

describe('第3条: an application is accepted only while the applicant holds an IIJ ID contract', () => {
  it('is refused with that reason, and stays open', () => {
    given(applied())
      .when(accept({ eligibility: { eligible: false, reason: 'IID-1 is not active' } }))
      .thenRefused({ kind: 'invalid', code: 'not-eligible', rule: '第3条', detail: 'IID-1 is not active' })
      .andWhen(accept())
      .then(
        event('ContractAccepted', acceptedAt('2018-01-10T00:00:00.000Z', '2018-01-10')),
        event('FeeObligationArose', initial('2018-01-10')),
      );
  });
});

describe('第7条: 承諾', () => {
  it('lets the obligation to pay the initial fee of 0 yen arise (別紙1), once', () => {
    given(applied())
      .when(accept())
      .then(
        event('ContractAccepted', acceptedAt('2018-01-10T00:00:00.000Z', '2018-01-10')),
        event('FeeObligationArose', initial('2018-01-10')),
      )
      .andAgain()
      .thenRefused({ kind: 'conflict', code: 'application-not-open' });
  });

  it('may be entered for a past instant, whose day and terms (附則) then count', () => {
    const instant = '2017-12-31T14:59:59.999Z';
    given(applied())
      .when(accept({ acceptedAt: instant }))
      .then(
        event('ContractAccepted', acceptedAt(instant, '2017-12-31', '2016-03-01'), instant),
        event('FeeObligationArose', initial('2017-12-31', '2016-03-01'), instant),
      );
  });

  it('falls on the JST day: 2017-12-31T15:00:00Z is 2018-01-01, under the terms of that day', () => {
    const instant = '2017-12-31T15:00:00.000Z';
    given(applied())
      .when(accept({ acceptedAt: instant }))
      .then(
        event('ContractAccepted', acceptedAt(instant, '2018-01-01'), instant),
        event('FeeObligationArose', initial('2018-01-01'), instant),
      );
  });

  it('is refused for the future', () => {
    given(applied())
      .when(accept({ acceptedAt: '2018-01-10T00:00:00.001Z' }))
      .thenRefused({ code: 'instant-in-the-future', pointer: '/acceptedAt' });
  });

  it('附則: is refused before 2016-03-01', () => {
    given(applied('enterprise', '2016-03-01'))
      .when(accept({ acceptedAt: '2016-02-29T14:59:59.999Z' }))
      .thenRefused({ code: 'before-the-terms', rule: '附則', pointer: '/acceptedAt' });
  });

  it('does not come before the application', () => {
    given(applied('enterprise', '2018-01-05'))
      .when(accept({ acceptedAt: '2018-01-04T14:59:59.999Z' }))
      .thenRefused({ code: 'accepted-before-application', pointer: '/acceptedAt' });
  });

  it('comes once an application is there, and not after its rejection', () => {
    when(accept()).thenRefused({ kind: 'not-found', code: 'contract-unknown' });
    given(applied(), event('ApplicationRejected', { reason: '与信' }))
      .when(accept())
      .thenRefused({ kind: 'conflict', code: 'application-not-open' });
  });
});

describe('第7条: monthly fees are due from the 課金開始日', () => {
  it('may be set with the acceptance, and service starts at once where it is today', () => {
    given(applied())
      .when(accept({ billingStartDate: '2018-01-10' }))
      .then(
        event('ContractAccepted', acceptedAt('2018-01-10T00:00:00.000Z', '2018-01-10')),
        event('FeeObligationArose', initial('2018-01-10')),
        event('BillingStartSet', { date: '2018-01-10' }),
        event('ServiceStarted', { date: '2018-01-10' }, '2018-01-09T15:00:00.000Z'),
      );
  });

  it('is refused before the acceptance day, and the application stays open', () => {
    given(applied())
      .when(accept({ billingStartDate: '2018-01-09' }))
      .thenRefused({ code: 'billing-start-before-acceptance', rule: '第7条', pointer: '/billingStartDate' })
      .andWhen(accept({ acceptedAt: '2018-01-08T15:00:00.000Z', billingStartDate: '2018-01-09' }))
      .then(
        event(
          'ContractAccepted',
          acceptedAt('2018-01-08T15:00:00.000Z', '2018-01-09'),
          '2018-01-08T15:00:00.000Z',
        ),
        event('FeeObligationArose', initial('2018-01-09'), '2018-01-08T15:00:00.000Z'),
        event('BillingStartSet', { date: '2018-01-09' }),
        event('ServiceStarted', { date: '2018-01-09' }, '2018-01-08T15:00:00.000Z'),
      );
  });

  const set = (date: JstDay, more: Partial<SetBillingStart> = {}): SetBillingStart => ({
    ...operator('2018-01-10'),
    type: 'SetBillingStart',
    date,
    reason: '開通',
    issued: nothingIssued,
    ...more,
  });

  it('may be set after the acceptance, and again to the same day without a new fact', () => {
    given(contract())
      .when(set('2018-02-01'))
      .then(event('BillingStartSet', { date: '2018-02-01', reason: '開通' }))
      .andAgain()
      .thenNothing();
  });

  it('is never before the acceptance day', () => {
    given(contract({ on: '2018-01-05' }))
      .when(set('2018-01-04'))
      .thenRefused({ code: 'billing-start-before-acceptance', rule: '第7条', pointer: '/date' });
  });

  it('is moved only with the recorded agreement', () => {
    given(contract({ billingStart: '2018-01-05' }))
      .when(set('2018-02-01'))
      .thenRefused({ code: 'agreement-missing', rule: '第7条', pointer: '/agreement' })
      .andWhen(set('2018-02-01', { agreement: '2018-01-09 書面' }))
      .then(event('BillingStartSet', { date: '2018-02-01', reason: '開通', agreement: '2018-01-09 書面' }))
      .andAgain()
      .thenNothing();
  });

  it('moved to a day that has begun, the start of that day is put on record at once', () => {
    given(contract({ billingStart: '2018-01-05' }))
      .when(set('2018-01-03', { agreement: '2018-01-09 書面' }))
      .then(
        event('BillingStartSet', { date: '2018-01-03', reason: '開通', agreement: '2018-01-09 書面' }),
        event('ServiceStarted', { date: '2018-01-03' }, '2018-01-02T15:00:00.000Z'),
      );
  });

  it('needs an accepted contract', () => {
    given(applied()).when(set('2018-02-01')).thenRefused({ kind: 'conflict', code: 'not-accepted' });
  });

  it('may be corrected after the end; a start after the last day never comes, whatever time passes', () => {
    given(contract({ on: '2018-01-01' }), notified('can_1', '2018-01-01T00:00:00.000Z', '2018-01-31'))
      .when(set('2018-02-10'))
      .then(event('BillingStartSet', { date: '2018-02-10', reason: '開通' }))
      .andWhen({ ...operator('2018-03-01'), type: 'LetTimePass' })
      .then(event('ContractTerminated', { lastDay: '2018-01-31' }, '2018-01-31T15:00:00.000Z'))
      .andAgain()
      .thenNothing();
  });

  it('a day beyond the horizon is refused', () => {
    given(contract()).when(set('3000-01-01')).thenRefused({ code: 'too-far-ahead', pointer: '/date' });
  });
});

describe('the status follows the dated facts and the clock, not the timers', () => {
  it('accepted until 00:00 JST of the billing start date, in service from then on', () => {
    given(applied(), acceptedOn('2018-01-05'))
      .when({
        ...operator('2018-01-10'),
        type: 'SetBillingStart',
        date: '2018-02-01',
        reason: '開通',
        issued: nothingIssued,
      })
      .then(event('BillingStartSet', { date: '2018-02-01', reason: '開通' }))
      .thenState((state) => {
        expect(statusAt(state, '2018-01-31T14:59:59.999Z')).toBe('accepted');
        expect(statusAt(state, '2018-01-31T15:00:00.000Z')).toBe('in-service');
      });
  });
});
