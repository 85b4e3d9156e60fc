import { event } from '@smartkey/kernel';
import { describe, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import { contractDecider } from '../contract.decider.ts';
import { applied, contract, contractor } from '../testing/contract.fixture.ts';

const { given, when } = specOf(contractDecider);
const set = (disclosed: boolean) =>
  ({ ...contractor('2018-01-10'), type: 'SetDenialReasons', disclosed }) as const;

describe('a contract may keep the reasons of denials to itself', () => {
  it('tells them unless set, and sets each once', () => {
    given(contract())
      .when(set(true))
      .thenNothing()
      .andWhen(set(false))
      .then(event('DenialReasonsSet', { disclosed: false }))
      .andAgain()
      .thenNothing();
  });

  it('needs a contract or an open application', () => {
    when(set(false)).thenRefused({ kind: 'not-found', code: 'contract-unknown' });
    given(applied(), event('ApplicationRejected', { reason: '与信' }))
      .when(set(false))
      .thenRefused({ kind: 'conflict', code: 'application-ended' });
  });
});
