import { event } from '@smartkey/kernel';
import { describe, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import { contractDecider } from '../contract.decider.ts';
import { applied, contract, contractor, operator } from '../testing/contract.fixture.ts';
import type { Apply } from './application.decide.ts';

const { given, when } = specOf(contractDecider);

const apply = (more: Partial<Apply> = {}): Apply => ({
  ...operator('2018-01-10'),
  type: 'Apply',
  applicant: { name: '株式会社例示', iijIdContract: 'IID-1' },
  plan: 'enterprise',
  ...more,
});

describe('第1条: the application names one of the two plans', () => {
  it('takes an application for either plan, and no second one for the same contract', () => {
    when(apply({ plan: 'service-provider' }))
      .then(
        event('ContractApplied', {
          plan: 'service-provider',
          recipient: { name: '株式会社例示' },
          iijIdContract: 'IID-1',
        }),
      )
      .andAgain()
      .thenRefused({ kind: 'conflict', code: 'contract-exists' });
  });

  it('keeps the recipient of documents apart from the mail address', () => {
    when(
      apply({
        applicant: {
          name: '株式会社例示',
          iijIdContract: 'IID-1',
          department: '情報システム部',
          address: '東京都千代田区富士見2-10-2',
          email: 'taro@example.co.jp',
        },
      }),
    ).then(
      event('ContractApplied', {
        plan: 'enterprise',
        recipient: {
          name: '株式会社例示',
          department: '情報システム部',
          address: '東京都千代田区富士見2-10-2',
        },
        iijIdContract: 'IID-1',
        email: 'taro@example.co.jp',
      }),
    );
  });
});

describe('附則: nothing before 2016-03-01 is accepted', () => {
  it('takes an application of a past day from 2016-03-01 JST on', () => {
    const appliedAt = '2016-02-29T15:00:00.000Z';
    when(apply({ appliedAt })).then(
      event(
        'ContractApplied',
        { plan: 'enterprise', recipient: { name: '株式会社例示' }, iijIdContract: 'IID-1' },
        appliedAt,
      ),
    );
  });

  it('refuses one a millisecond earlier', () => {
    when(apply({ appliedAt: '2016-02-29T14:59:59.999Z' })).thenRefused({
      kind: 'invalid',
      code: 'before-the-terms',
      rule: '附則',
      pointer: '/appliedAt',
    });
  });

  it('refuses one from the future', () => {
    when(apply({ appliedAt: '2018-01-10T00:00:00.001Z' })).thenRefused({
      code: 'instant-in-the-future',
      pointer: '/appliedAt',
    });
  });

  it('decides nothing at all before the terms are in force', () => {
    when(apply({ ...operator('2016-02-29T14:59:59.999Z') })).thenRefused({
      code: 'before-the-terms',
      rule: '附則',
    });
  });
});

describe('an open application can be rejected or withdrawn, with a reason', () => {
  const reject = { ...operator('2018-01-10'), type: 'Reject', reason: '与信' } as const;
  const withdraw = { ...operator('2018-01-10'), type: 'Withdraw', reason: '申込者の都合' } as const;

  it('is rejected once', () => {
    given(applied())
      .when(reject)
      .then(event('ApplicationRejected', { reason: '与信' }))
      .andAgain()
      .thenRefused({ kind: 'conflict', code: 'application-not-open' });
  });

  it('is withdrawn once', () => {
    given(applied())
      .when(withdraw)
      .then(event('ApplicationWithdrawn', { reason: '申込者の都合' }))
      .andAgain()
      .thenRefused({ kind: 'conflict', code: 'application-not-open' });
  });

  it('第6条: an accepted contract is ended by cancellation, not by rejection or withdrawal', () => {
    given(contract()).when(reject).thenRefused({ kind: 'conflict', code: 'application-not-open' });
    given(contract()).when(withdraw).thenRefused({ kind: 'conflict', code: 'application-not-open' });
  });

  it('what was never applied for is not there', () => {
    when(reject).thenRefused({ kind: 'not-found', code: 'contract-unknown' });
  });
});

describe('the applicant can be changed; documents issued later use it', () => {
  const rename = {
    ...contractor('2018-01-10'),
    type: 'ChangeApplicant',
    name: '例示ホールディングス株式会社',
    email: 'hanako@example.co.jp',
  } as const;

  it('takes over what is told and leaves the rest', () => {
    given(
      event('ContractApplied', {
        plan: 'enterprise',
        recipient: { name: '株式会社例示', department: '総務部' },
        iijIdContract: 'IID-1',
      }),
    )
      .when(rename)
      .then(
        event('ApplicantChanged', {
          recipient: { name: '例示ホールディングス株式会社', department: '総務部' },
          email: 'hanako@example.co.jp',
        }),
      )
      .andAgain()
      .thenNothing()
      .andWhen({ ...contractor('2018-01-11'), type: 'ChangeApplicant', department: null, email: null })
      .then(event('ApplicantChanged', { recipient: { name: '例示ホールディングス株式会社' } }))
      .andAgain()
      .thenNothing();
  });

  it('is refused for an application that was rejected', () => {
    given(applied(), event('ApplicationRejected', { reason: '与信' }))
      .when(rename)
      .thenRefused({ kind: 'conflict', code: 'application-ended' });
  });
});
