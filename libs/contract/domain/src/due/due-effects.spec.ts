import type { JstDay } from '@smartkey/calendar';
import { describe, expect, it } from '@jest/globals';
import { fold, event, type Instant } from '@smartkey/kernel';
import { facts, specOf } from '@smartkey/testing';
import { contractDecider } from '../contract.decider.ts';
import type { ContractEvent } from '../contract.events.ts';
import {
  changeAccepted,
  contract,
  notified,
  operator,
  quoted,
  requested,
} from '../testing/contract.fixture.ts';
import { nextDue } from './due-effects.ts';

const { given } = specOf(contractDecider);
const stateOf = (...history: readonly ContractEvent[]) =>
  fold(contractDecider, facts(history, '2018-01-01T00:00:00.000Z'));
const timePasses = (now: JstDay | Instant) => ({ ...operator(now), type: 'LetTimePass' }) as const;

describe('what comes next by itself', () => {
  const ends = notified('can_1', '2018-01-10T00:00:00.000Z', '2018-02-09');
  const starts = event('BillingStartSet', { date: '2018-01-20' });
  const changes = [
    requested('pch_1', 'service-provider', '2018-02'),
    changeAccepted('pch_1', 'service-provider', '2018-02'),
  ];

  it('nothing before the acceptance, nor where nothing is dated', () => {
    expect(nextDue(stateOf())).toBeUndefined();
    expect(nextDue(stateOf(...contract()))).toBeUndefined();
  });

  it('第7条: service starts at 00:00 JST of its day', () => {
    expect(nextDue(stateOf(...contract(), starts))).toBe('2018-01-19T15:00:00.000Z');
  });

  it('第4条: a month’s plan begins at 00:00 JST of the 1st', () => {
    expect(nextDue(stateOf(...contract(), ...changes))).toBe('2018-01-31T15:00:00.000Z');
  });

  it('第6条: the contract ends at the end of its last day', () => {
    expect(nextDue(stateOf(...contract(), ends))).toBe('2018-02-09T15:00:00.000Z');
  });

  it('all of them late, in the order of their instants, and then nothing', () => {
    given(contract(), quoted('quo_1', 'service-provider', '2018-01'), starts, changes, ends)
      .when(timePasses('2018-06-01'))
      .then(
        event('ServiceStarted', { date: '2018-01-20' }, '2018-01-19T15:00:00.000Z'),
        event(
          'PlanChanged',
          { planChange: 'pch_1', plan: 'service-provider', fromMonth: '2018-02' },
          '2018-01-31T15:00:00.000Z',
        ),
        event('ContractTerminated', { lastDay: '2018-02-09' }, '2018-02-09T15:00:00.000Z'),
      )
      .andAgain()
      .thenNothing()
      .thenState((state) => expect(nextDue(state)).toBeUndefined());
  });

  it('one that has been settled is settled; a later one is still to come', () => {
    given(contract(), starts, ends)
      .when(timePasses('2018-01-19T15:00:00.000Z'))
      .then(event('ServiceStarted', { date: '2018-01-20' }, '2018-01-19T15:00:00.000Z'))
      .thenState((state) => expect(nextDue(state)).toBe('2018-02-09T15:00:00.000Z'));
  });
});
