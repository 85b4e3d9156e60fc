import { event, type Signatory } from '@smartkey/kernel';
import { describe, expect, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import { operator } from '../testing/contract.fixture.ts';
import { approvalDecider, type ProposeChange } from './approval.decider.ts';

const { given, when } = specOf(approvalDecider);
const suzuki: Signatory = { key: 'key_1', makers: ['bootstrap'], name: '鈴木' };
const tanaka: Signatory = { key: 'key_2', makers: ['bootstrap'], name: '田中' };
const moment = operator('2018-03-10');

const propose: ProposeChange = {
  ...moment,
  type: 'ProposeChange',
  approval: 'apr_1',
  contract: 'ctr_1',
  change: { kind: 'waiver', command: { fee: 'fee_1', reason: '免除' } },
  affects: [{ month: '2018-01', number: 'SK-1' }],
  signatory: suzuki,
};
const approve = (signatory: Signatory) => ({ ...moment, type: 'ApproveChange', signatory }) as const;
const reject = (signatory: Signatory) =>
  ({ ...moment, type: 'RejectChange', signatory, reason: '根拠不足' }) as const;
const drop = {
  ...moment,
  type: 'DropChange',
  found: 'proposed',
  reason: 'the fee is waived already',
} as const;
const dropApproved = { ...drop, found: 'approved' } as const;

const { contract, change, affects } = propose;
const proposed = event('ChangeProposed', { approval: 'apr_1', contract, change, affects, asker: suzuki });
const approved = event('ChangeApproved', {
  approval: 'apr_1',
  contract,
  approver: { makers: ['bootstrap'], name: '田中' },
});
const rejected = event('ChangeRejected', {
  approval: 'apr_1',
  contract,
  cause: 'person',
  reason: '根拠不足',
});
const dropped = event('ChangeRejected', {
  approval: 'apr_1',
  contract,
  cause: 'no-longer-legal',
  reason: 'the fee is waived already',
});

describe('Two persons: a proposed change', () => {
  it('is proposed once', () => {
    when(propose).then(proposed).andAgain().thenRefused({ kind: 'conflict', code: 'approval-exists' });
  });

  it('is approved by another person, once, and then not rejected', () => {
    given(proposed)
      .when(approve(tanaka))
      .then(approved)
      .andAgain()
      .thenRefused({ kind: 'conflict', code: 'approval-decided' })
      .andWhen(reject(tanaka))
      .thenRefused({ code: 'approval-decided' });
  });

  it('is rejected by another person with a reason, and then not approved', () => {
    given(proposed)
      .when(reject(tanaka))
      .then(rejected)
      .andAgain()
      .thenRefused({ code: 'approval-decided' })
      .andWhen(approve(tanaka))
      .thenRefused({ code: 'approval-decided' })
      .thenState((state) => expect(state).toMatchObject({ stage: 'rejected', reason: '根拠不足' }));
  });

  it('is decided neither way by the one who asked, nor by a key that descends from theirs', () => {
    const child = { ...tanaka, makers: ['key_1', 'bootstrap'] };
    for (const decide of [approve, reject])
      for (const same of [suzuki, child, { ...suzuki, key: 'key_3' }])
        given(proposed)
          .when(decide(same))
          .thenRefused({ kind: 'forbidden', code: 'same-person', rule: 'Two persons' });
  });

  it('falls where it is no longer legal, also after it was approved', () => {
    given(proposed).when(drop).then(dropped).andAgain().thenNothing();
    given(proposed, approved)
      .when(dropApproved)
      .then(dropped)
      .andWhen(approve(tanaka))
      .thenRefused({ code: 'approval-decided' });
    given(proposed, rejected).when(drop).thenNothing();
  });

  it('does not fall once it is approved, where it was found to be no longer legal while it waited', () => {
    given(proposed, approved).when(drop).thenRefused({ kind: 'conflict', code: 'approval-decided' });
  });

  it('that is not there is unknown', () => {
    for (const command of [approve(tanaka), reject(tanaka), drop])
      when(command).thenRefused({ kind: 'not-found', code: 'approval-unknown' });
  });
});
