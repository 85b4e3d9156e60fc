import { event } from '@smartkey/kernel';
import { describe, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import { CONDITIONS } from '../conditions/condition-number.ts';
import { contractDecider } from '../contract.decider.ts';
import { applied, contract, notified, operator } from '../testing/contract.fixture.ts';
import type { SetWithholding } from './withholding.decide.ts';

const { given } = specOf(contractDecider);

const set = (withheld: boolean, more: Partial<SetWithholding> = {}): SetWithholding => ({
  ...operator('2018-01-10'),
  type: 'SetWithholding',
  withheld,
  reason: '使用許諾条件の不遵守',
  ...more,
});
const attested = (condition: (typeof CONDITIONS)[number]) =>
  event('ConditionAttested', { condition, on: '2018-01-05', attestedBy: '山田太郎' });

describe('第5条3項: the operator may withhold the service while a condition is not met', () => {
  it('withholds and restores it, each with a reason and each once', () => {
    given(contract(), attested(1))
      .when(set(true))
      .then(event('ServiceWithheld', { reason: '使用許諾条件の不遵守' }))
      .andAgain()
      .thenNothing()
      .andWhen(set(false, { reason: '遵守を確認' }))
      .then(event('ServiceRestored', { reason: '遵守を確認' }))
      .andAgain()
      .thenNothing();
  });

  it('may not withhold it where all five are met', () => {
    given(contract(), CONDITIONS.map(attested))
      .when(set(true))
      .thenRefused({ kind: 'invalid', code: 'conditions-met', rule: '第5条3項', pointer: '/withheld' });
  });

  it('restores it also where all five are met: nothing happens by itself', () => {
    given(contract(), event('ServiceWithheld', { reason: '不遵守' }), CONDITIONS.map(attested))
      .when(set(false))
      .then(event('ServiceRestored', { reason: '使用許諾条件の不遵守' }));
  });

  it('needs a contract that is accepted and not ended', () => {
    given(applied()).when(set(true)).thenRefused({ kind: 'conflict', code: 'not-accepted' });
    given(contract(), notified('can_1', '2017-12-15T00:00:00.000Z', '2018-01-14'))
      .when(set(true, { ...operator('2018-01-15') }))
      .thenRefused({ kind: 'conflict', code: 'contract-ended' });
  });
});
