import { describe, it } from '@jest/globals';
import { event } from '@smartkey/kernel';
import { specOf } from '@smartkey/testing';
import { accountDecider } from '../account.decider.ts';
import { deviceOf, enrolmentOf, NOW, of, registered, startOf } from '../testing/account.fixture.ts';

const { given } = specOf(accountDecider, { at: NOW });

const link = 'lnk_1' as const;
const issued = event('EnrolmentLinkIssued', {
  ...of,
  link,
  channel: 'shown',
  expiresAt: '2018-01-11T03:00:00.000Z',
} as const);
const report = { type: 'ReportDevice', now: NOW, device: 'dev_1' } as const;
const release = { type: 'ReleaseEnrolment', now: NOW, reason: '本人に確認' } as const;
const suspended = event('DeviceSuspended', { ...of, device: 'dev_1' } as const);
const reported = event('DeviceReported', { ...of, device: 'dev_1' } as const);

describe('a device that the user does not know (「心当たりがない」)', () => {
  it('is suspended, and whatever would bring another one ends', () => {
    given(registered(), deviceOf(1), issued, enrolmentOf(2))
      .when(report)
      .then(
        suspended,
        event('EnrolmentEnded', { ...of, enrolment: 'enr_2', device: 'dev_2', cause: 'superseded' } as const),
        event('EnrolmentLinkEnded', { ...of, link, cause: 'revoked' } as const),
        reported,
      )
      .andAgain()
      .thenNothing();
  });

  it('stops every way to enrol, the administrator’s too, until an administrator lifts that with a reason', () => {
    given(registered(), deviceOf(1), suspended, reported)
      .when(startOf(2))
      .thenRefused({ kind: 'conflict', code: 'enrolment-stopped' });
    given(registered(), deviceOf(1), suspended, reported)
      .when(release)
      .then(event('EnrolmentReleased', { ...of, reason: '本人に確認' }))
      .andAgain()
      .thenNothing();
    given(
      registered(),
      deviceOf(1),
      suspended,
      reported,
      event('EnrolmentReleased', { ...of, reason: '本人に確認' }),
    )
      .when(startOf(2))
      .then(enrolmentOf(2));
  });

  it('is one of the ID', () => {
    given(registered(), deviceOf(1))
      .when({ ...report, device: 'dev_9' })
      .thenRefused({ kind: 'not-found', code: 'not-found' });
  });
});

describe('recovery codes', () => {
  const made = event('RecoveryCodesMade', { ...of, digests: ['a', 'b'] });

  it('are each good for one use, and new ones take the place of all', () => {
    given(registered(), made)
      .when({ type: 'TakeRecoveryCode', now: NOW, digest: 'a' })
      .then(event('RecoveryCodeTaken', { ...of, digest: 'a', left: 1 }))
      .andAgain()
      .thenRefused({ kind: 'conflict', code: 'recovery-code-wrong' });
    given(registered(), made, event('RecoveryCodesMade', { ...of, digests: ['c'] }))
      .when({ type: 'TakeRecoveryCode', now: NOW, digest: 'b' })
      .thenRefused({ code: 'recovery-code-wrong' });
  });
});
