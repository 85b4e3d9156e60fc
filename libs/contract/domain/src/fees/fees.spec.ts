import { event, type FeeId } from '@smartkey/kernel';
import { describe, expect, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import { contractDecider } from '../contract.decider.ts';
import {
  accepted,
  applied,
  contract,
  nothingIssued,
  notified,
  operator,
} from '../testing/contract.fixture.ts';
import type { ChargeOneTimeFee, WaiveFee } from './fees.decide.ts';
import type { FeeObligationArose } from './fees.events.ts';

const { given } = specOf(contractDecider);

const charge = (more: Partial<ChargeOneTimeFee> = {}): ChargeOneTimeFee => ({
  ...operator('2018-01-10'),
  type: 'ChargeOneTimeFee',
  fee: 'fee_1',
  amount: '5000',
  description: '設定作業',
  occurredOn: '2018-01-10',
  ...more,
});
const fee = (more: Partial<FeeObligationArose['data']> = {}): FeeObligationArose['data'] => ({
  fee: 'fee_1',
  kind: 'one-time',
  amount: '5000',
  description: '設定作業',
  arisenOn: '2018-01-10',
  taxCode: 'standard',
  termsVersion: '2018-01-01',
  ...more,
});
const waive = (id: FeeId = 'fee_1'): WaiveFee => ({
  ...operator('2018-01-20'),
  type: 'WaiveFee',
  fee: id,
  reason: '免除',
  issued: nothingIssued,
});

describe('第7条: the fees of a month stand on one invoice', () => {
  const arose = (count: number, more: Partial<FeeObligationArose['data']> = {}) =>
    Array.from({ length: count }, (_, n) => event('FeeObligationArose', fee({ fee: `fee_m${n}`, ...more })));
  it('400 of a service month, and no more', () => {
    given(contract(), ...arose(399))
      .when(charge())
      .then(event('FeeObligationArose', fee()));
    given(contract(), ...arose(400))
      .when(charge())
      .thenRefused({ code: 'too-many-fees' })
      .andAgain()
      .thenRefused({ code: 'too-many-fees' });
  });
  it('waived ones and those of another month take no place', () => {
    given(contract(), ...arose(400), event('FeeWaived', { fee: 'fee_m7', reason: '免除' }))
      .when(charge())
      .then(event('FeeObligationArose', fee()));
    given(contract(), ...arose(400, { arisenOn: '2018-02-10' }))
      .when(charge())
      .then(event('FeeObligationArose', fee()));
  });
});

describe('第7条: a one-time fee arises when the fact occurs', () => {
  it('is whole yen above 0, of the standard tax code unless told', () => {
    given(contract()).when(charge()).then(event('FeeObligationArose', fee()));
    given(contract())
      .when(charge({ taxCode: 'out-of-scope' }))
      .then(event('FeeObligationArose', fee({ taxCode: 'out-of-scope' })));
  });

  it.each(['0', '-1'] as const)('is refused at "%s" yen', (amount) => {
    given(contract())
      .when(charge({ amount }))
      .thenRefused({ code: 'fee-amount', rule: '第7条', pointer: '/amount' });
  });

  it('is dated from the acceptance day to today, and carries the terms of its day (附則)', () => {
    given(contract({ on: '2017-12-15' }))
      .when(charge({ occurredOn: '2017-12-15' }))
      .then(
        event(
          'FeeObligationArose',
          fee({ arisenOn: '2017-12-15', termsVersion: '2016-03-01' }),
          '2017-12-14T15:00:00.000Z',
        ),
      );
    given(contract({ on: '2017-12-15' }))
      .when(charge({ occurredOn: '2017-12-14' }))
      .thenRefused({ code: 'fee-before-acceptance', rule: '第7条', pointer: '/occurredOn' });
    given(contract())
      .when(charge({ occurredOn: '2018-01-11' }))
      .thenRefused({ code: 'day-in-the-future', rule: '第7条', pointer: '/occurredOn' });
  });

  it('needs an accepted contract, be it ended since', () => {
    given(applied()).when(charge()).thenRefused({ kind: 'conflict', code: 'not-accepted' });
    given(
      contract(),
      notified('can_1', '2017-12-15T00:00:00.000Z', '2018-01-14'),
      event('ContractTerminated', { lastDay: '2018-01-14' }, '2018-01-14T15:00:00.000Z'),
    )
      .when(charge({ ...operator('2018-02-01') }))
      .then(event('FeeObligationArose', fee(), '2018-01-09T15:00:00.000Z'));
  });
});

describe('第7条: an obligation stands unless it is waived by an event', () => {
  it('is waived once', () => {
    given(contract(), event('FeeObligationArose', fee()))
      .when(waive())
      .then(event('FeeWaived', { fee: 'fee_1', reason: '免除' }))
      .andAgain()
      .thenNothing();
  });

  it('is waived as a mistake where it was entered on a wrong day or under a wrong code', () => {
    given(contract(), event('FeeObligationArose', fee()))
      .when({ ...waive(), mistake: true })
      .then(event('FeeWaived', { fee: 'fee_1', reason: '免除', mistake: true }))
      .andAgain()
      .thenNothing()
      .thenState((state) =>
        expect(accepted(state).fees.at(-1)).toMatchObject({ waived: '免除', mistake: true }),
      );
    given(contract(), event('FeeObligationArose', fee()))
      .when({ ...waive(), mistake: false })
      .then(event('FeeWaived', { fee: 'fee_1', reason: '免除' }));
  });

  it('is a one-time fee: the initial fee and an unknown one are not there', () => {
    given(contract()).when(waive('fee_initial')).thenRefused({ kind: 'not-found', code: 'fee-unknown' });
    given(contract()).when(waive('fee_x')).thenRefused({ kind: 'not-found', code: 'fee-unknown' });
  });
});
