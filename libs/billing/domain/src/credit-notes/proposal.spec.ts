import { describe, expect, it } from '@jest/globals';
import { event, type Signatory } from '@smartkey/kernel';
import { specOf } from '@smartkey/testing';
import { creditNoteProposal } from './proposal.decider.ts';
import type { ProposeCreditNote } from './proposal.decide.ts';

const { given, when } = specOf(creditNoteProposal);
const suzuki: Signatory = { key: 'key_1', makers: ['bootstrap'], name: '鈴木' };
const tanaka: Signatory = { key: 'key_2', makers: ['bootstrap'], name: '田中' };
const subject = { approval: 'apr_1', creditNote: 'crn_1', contract: 'ctr_1' } as const;

const propose: ProposeCreditNote = {
  type: 'Propose',
  now: '2024-03-05T00:00:00.000Z',
  approval: 'apr_1',
  wanted: {
    creditNote: 'crn_1',
    contract: 'ctr_1',
    number: 'SK-000000001',
    month: '2024-01',
    amount: '40405',
    taxCode: 'JP-STD-10-2019',
    reason: '障害のお詫び',
    agreedOn: '2024-03-05',
  },
  signatory: suzuki,
};
const approve = (signatory: Signatory) => ({ type: 'Approve', signatory }) as const;
const reject = (signatory: Signatory) => ({ type: 'Reject', signatory, reason: '根拠不足' }) as const;
const drop = { type: 'Drop', found: 'proposed', reason: 'less is billed' } as const;
const dropApproved = { ...drop, found: 'approved' } as const;

const proposed = event('CreditNoteProposed', { ...propose.wanted, approval: 'apr_1', asker: suzuki });
const approved = event('CreditNoteApproved', {
  ...subject,
  approver: { makers: ['bootstrap'], name: '田中' },
});
const rejected = event('CreditNoteRejected', { ...subject, cause: 'person', reason: '根拠不足' });
const dropped = event('CreditNoteRejected', {
  ...subject,
  cause: 'no-longer-legal',
  reason: 'less is billed',
});

describe('Two persons: a credit note that is asked for', () => {
  it('is proposed once, for what was agreed up to today', () => {
    when(propose).then(proposed).andAgain().thenRefused({ kind: 'conflict', code: 'approval-exists' });
    when({ ...propose, wanted: { ...propose.wanted, agreedOn: '2024-03-06' } }).thenRefused({
      kind: 'invalid',
      code: 'agreed-in-future',
      pointer: '/agreedOn',
    });
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
