import { event } from '@smartkey/kernel';
import { describe, expect, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import { contractDecider } from '../contract.decider.ts';
import { statusAt } from '../shared/status.ts';
import { applied, contract, operator } from '../testing/contract.fixture.ts';

const { given } = specOf(contractDecider);
const record = (held: boolean) => ({ ...operator('2018-01-10'), type: 'RecordIijIdContract', held }) as const;

describe('第3条: losing the IIJ ID contract is recorded and does not end the contract', () => {
  it('is recorded once, and so is its return', () => {
    given(contract({ billingStart: '2018-01-01' }))
      .when(record(false))
      .then(event('IijIdContractLost', { on: '2018-01-10' }))
      .andAgain()
      .thenNothing()
      .andWhen(record(true))
      .then(event('IijIdContractRegained', { on: '2018-01-10' }))
      .andAgain()
      .thenNothing();
  });

  it('leaves the contract in service', () => {
    given(contract({ billingStart: '2018-01-01' }))
      .when(record(false))
      .then(event('IijIdContractLost', { on: '2018-01-10' }))
      .thenState((state) => expect(statusAt(state, '2019-01-10T00:00:00.000Z')).toBe('in-service'));
  });

  it('is not recorded for an application: its acceptance asks the directory', () => {
    given(applied()).when(record(false)).thenRefused({ kind: 'conflict', code: 'not-accepted' });
  });
});
