import { event } from '@smartkey/kernel';
import { describe, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import { contractDecider } from '../contract.decider.ts';
import { applied, contract, contractor, notified, operator } from '../testing/contract.fixture.ts';
import type { AttestCondition } from './conditions.decide.ts';

const { given, when } = specOf(contractDecider);

const attest = (more: Partial<AttestCondition> = {}): AttestCondition => ({
  ...contractor('2018-01-10'),
  type: 'AttestCondition',
  condition: 1,
  met: true,
  on: '2018-01-10',
  attestedBy: '山田太郎',
  ...more,
});
const yesterday = '2018-01-08T15:00:00.000Z';

describe('第5条: each condition is attested by someone on a date and can be withdrawn', () => {
  it('is attested, once', () => {
    given(applied())
      .when(attest())
      .then(event('ConditionAttested', { condition: 1, on: '2018-01-10', attestedBy: '山田太郎' }))
      .andAgain()
      .thenNothing();
  });

  it('is attested anew by another person, or on another day', () => {
    given(contract(), event('ConditionAttested', { condition: 1, on: '2018-01-08', attestedBy: '山田太郎' }))
      .when(attest({ on: '2018-01-09', attestedBy: '佐藤花子' }))
      .then(event('ConditionAttested', { condition: 1, on: '2018-01-09', attestedBy: '佐藤花子' }, yesterday))
      .andAgain()
      .thenNothing();
  });

  it('is withdrawn, once; withdrawn before it was ever met it is what holds already', () => {
    given(contract())
      .when(attest({ met: false }))
      .thenNothing();
    given(contract(), event('ConditionAttested', { condition: 1, on: '2018-01-08', attestedBy: '山田太郎' }))
      .when(attest({ met: false, on: '2018-01-09' }))
      .then(
        event('ConditionWithdrawn', { condition: 1, on: '2018-01-09', attestedBy: '山田太郎' }, yesterday),
      )
      .andAgain()
      .thenNothing();
  });

  it('is not withdrawn as of a day before its attestation', () => {
    given(contract(), event('ConditionAttested', { condition: 1, on: '2018-01-09', attestedBy: '山田太郎' }))
      .when(attest({ met: false, on: '2018-01-08' }))
      .thenRefused({ code: 'withdrawn-before-attested', rule: '第5条', pointer: '/on' });
  });

  it('is not attested for a day to come, nor before the terms (附則)', () => {
    given(contract())
      .when(attest({ on: '2018-01-11' }))
      .thenRefused({ code: 'day-in-the-future', rule: '第5条', pointer: '/on' });
    given(contract())
      .when(attest({ on: '2016-02-29' }))
      .thenRefused({ code: 'before-the-terms', rule: '附則', pointer: '/on' });
  });

  it('needs a contract that is neither refused nor ended', () => {
    when(attest()).thenRefused({ kind: 'not-found', code: 'contract-unknown' });
    given(applied(), event('ApplicationWithdrawn', { reason: '申込者の都合' }))
      .when(attest())
      .thenRefused({ kind: 'conflict', code: 'application-ended' });
    given(contract(), notified('can_1', '2017-12-15T00:00:00.000Z', '2018-01-14'))
      .when(attest({ ...contractor('2018-01-14T15:00:00.000Z') }))
      .thenRefused({ kind: 'conflict', code: 'contract-ended', rule: '第6条' });
  });
});

describe('第5条2項: the licence of the software is accepted in a named version', () => {
  it('is part of condition 3', () => {
    given(contract())
      .when(attest({ condition: 3, licenceVersion: '2.1' }))
      .then(
        event('ConditionAttested', {
          condition: 3,
          on: '2018-01-10',
          attestedBy: '山田太郎',
          licenceVersion: '2.1',
        }),
      )
      .andAgain()
      .thenNothing()
      .andWhen(attest({ condition: 3, licenceVersion: '2.2' }))
      .then(
        event('ConditionAttested', {
          condition: 3,
          on: '2018-01-10',
          attestedBy: '山田太郎',
          licenceVersion: '2.2',
        }),
      );
  });

  it('condition 3 is not met without it, and can be withdrawn without it', () => {
    given(contract())
      .when(attest({ condition: 3 }))
      .thenRefused({ code: 'licence-version-missing', rule: '第5条2項', pointer: '/licenceVersion' })
      .andWhen(attest({ condition: 3, met: false }))
      .thenNothing();
  });

  it('has no place in another condition', () => {
    given(contract())
      .when(attest({ ...operator('2018-01-10'), condition: 2, licenceVersion: '2.1' }))
      .thenRefused({ code: 'licence-version-misplaced', rule: '第5条2項', pointer: '/licenceVersion' });
  });
});
