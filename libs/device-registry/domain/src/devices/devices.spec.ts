import { describe, expect, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import { accountDecider } from '../account.decider.ts';
import {
  deregistered,
  deviceOf,
  enrolledOf,
  enrolmentOf,
  known,
  NOW,
  of,
  registered,
  startOf,
  suspended,
} from '../testing/account.fixture.ts';
import { fold, type Fact } from '@smartkey/kernel';
import type { AccountEvent } from '../account.events.ts';
import { enrolmentToConfirm } from '../enrolment/enrolment.decide.ts';

const { given } = specOf(accountDecider, { at: NOW });
const LATER = '2018-01-10T03:10:00.000Z';
const ended = (number: number, cause: string) => ({
  type: 'EnrolmentEnded' as const,
  version: 1,
  data: {
    ...of,
    enrolment: `enr_${number}` as const,
    device: `dev_${number}` as const,
    cause: cause as 'expired',
  },
});
const revoked = (number: number, cause: 'request' | 'replaced' | 'deregistered') => ({
  type: 'DeviceRevoked' as const,
  version: 1,
  data: { ...of, device: `dev_${number}` as const, cause },
});
const suspendedDevice = (number: number) => ({
  type: 'DeviceSuspended' as const,
  version: 1,
  data: { ...of, device: `dev_${number}` as const },
});

describe('第5条1項: a device is enrolled', () => {
  it('waits for its code until it expires', () => {
    given(registered()).when(startOf(1)).then(enrolmentOf(1));
  });

  it('supersedes the enrolment that waits: one at a time', () => {
    given(registered(), enrolmentOf(1))
      .when(startOf(2))
      .then(ended(1, 'superseded'), enrolmentOf(2))
      .thenState((account) => expect(known(account).enrolments.waiting?.enrolment).toBe('enr_2'));
  });

  it('names the one that waited too long expired, at its own instant', () => {
    given(registered(), enrolmentOf(1))
      .when(startOf(2, { now: LATER }))
      .then(
        { ...ended(1, 'expired'), occurredAt: LATER },
        enrolmentOf(2, { expiresAt: '2018-01-10T03:20:00.000Z' }),
      );
  });

  it('is there with the confirmation; again is nothing', () => {
    given(registered(), enrolmentOf(1))
      .when({ type: 'ConfirmEnrolment', now: NOW, enrolment: 'enr_1' })
      .then(enrolledOf(1))
      .andAgain()
      .thenNothing();
  });

  it('takes the place of the one it replaces in the same breath, not before', () => {
    given(registered(), deviceOf(1), enrolmentOf(2, { replaces: 'dev_1' }))
      .when({ type: 'ConfirmEnrolment', now: NOW, enrolment: 'enr_2' })
      .then(enrolledOf(2), revoked(1, 'replaced'))
      .thenState((account) =>
        expect(known(account).devices.map((one) => one.status)).toEqual(['revoked', 'active']),
      );
  });

  it('is refused for an ID that is suspended or not registered', () => {
    given(registered(), suspended).when(startOf(1)).thenRefused({ code: 'id-suspended' });
    given(registered(), deregistered()).when(startOf(1)).thenRefused({ code: 'not-registered' });
  });

  it.each([59, 86_401])('is refused with %d seconds to wait', (expiresInSeconds) => {
    given(registered())
      .when(startOf(1, { expiresInSeconds }))
      .thenRefused({ kind: 'invalid', code: 'expiry-out-of-range', pointer: '/expiresInSeconds' });
  });

  it('is over when it expires', () => {
    const expire = { type: 'ExpireEnrolment', enrolment: 'enr_1' } as const;
    given(registered(), enrolmentOf(1))
      .when({ ...expire, now: NOW })
      .thenNothing();
    given(registered(), enrolmentOf(1))
      .when({ ...expire, now: LATER })
      .then({ ...ended(1, 'expired'), occurredAt: LATER })
      .andAgain()
      .thenNothing();
  });
});

describe('第5条1項: wrong confirming codes', () => {
  const refused = (triesLeft: number) => ({
    type: 'EnrolmentCodeRefused' as const,
    version: 1,
    data: { ...of, enrolment: 'enr_1' as const, triesLeft },
  });
  const wrong = (triesLeft: number) =>
    ({ type: 'RefuseEnrolmentCode', now: NOW, enrolment: 'enr_1' as const, triesLeft }) as const;

  it('are recorded with the tries left', () => {
    given(registered(), enrolmentOf(1)).when(wrong(4)).then(refused(4)).andWhen(wrong(3)).then(refused(3));
  });

  it('end the enrolment with the fifth, whatever the other side counted', () => {
    given(registered(), enrolmentOf(1)).when(wrong(0)).then(refused(0), ended(1, 'too-many-tries'));
    given(registered(), enrolmentOf(1), refused(4), refused(3), refused(2), refused(1))
      .when(wrong(4))
      .then(refused(0), ended(1, 'too-many-tries'))
      .andAgain()
      .thenNothing();
  });

  it('an enrolment that is over says how: 410, 409 once confirmed, 404 where there was none', () => {
    const after = (...events: AccountEvent[]) =>
      fold(
        accountDecider,
        events.map((event) => ({ ...event, occurredAt: NOW, recordedAt: NOW }) as Fact<AccountEvent>),
      );
    const asked = (state = after(), at = NOW) => enrolmentToConfirm(state, 'enr_1', at);
    expect(asked(after(registered(), enrolmentOf(1)))).toMatchObject({ ok: true });
    expect(asked(after(registered(), enrolmentOf(1)), LATER)).toMatchObject({
      error: { kind: 'gone', code: 'enrolment-expired' },
    });
    expect(asked(after(registered(), enrolmentOf(1), ended(1, 'too-many-tries')))).toMatchObject({
      error: { kind: 'gone', code: 'enrolment-too-many-tries' },
    });
    expect(asked(after(registered(), ...deviceOf(1)))).toMatchObject({
      error: { kind: 'conflict', code: 'already-confirmed' },
    });
    expect(asked(after(registered(), enrolmentOf(1), suspended))).toMatchObject({
      error: { kind: 'conflict', code: 'id-suspended' },
    });
    expect(asked(after(registered()))).toMatchObject({ error: { kind: 'not-found' } });
  });
});

describe('an ID has at most five active devices', () => {
  const five = [1, 2, 3, 4, 5].flatMap(deviceOf);

  it('refuses the sixth; a replacement is none', () => {
    given(registered(), five).when(startOf(6)).thenRefused({ kind: 'conflict', code: 'too-many-devices' });
    given(registered(), five)
      .when(startOf(6, { replaces: 'dev_5' }))
      .then(enrolmentOf(6, { replaces: 'dev_5' }));
  });

  it('counts neither revoked nor suspended ones', () => {
    given(registered(), five, suspendedDevice(5)).when(startOf(6)).then(enrolmentOf(6));
    given(registered(), five, revoked(5, 'request')).when(startOf(6)).then(enrolmentOf(6));
  });

  it('counts the one that waits before another is resumed', () => {
    given(registered(), five, suspendedDevice(5), enrolmentOf(6))
      .when({ type: 'ResumeDevice', now: NOW, device: 'dev_5', maxDevices: 5 })
      .thenRefused({ code: 'too-many-devices' });
  });
});

describe('a device: active ⇄ suspended → revoked', () => {
  it('is suspended and resumed once each', () => {
    given(registered(), deviceOf(1))
      .when({ type: 'SuspendDevice', now: NOW, device: 'dev_1' })
      .then(suspendedDevice(1))
      .andAgain()
      .thenNothing();
    given(registered(), deviceOf(1), suspendedDevice(1))
      .when({ type: 'ResumeDevice', now: NOW, device: 'dev_1', maxDevices: 5 })
      .then({ type: 'DeviceResumed', version: 1, data: { ...of, device: 'dev_1' } })
      .andAgain()
      .thenNothing();
  });

  it('is revoked for good', () => {
    const gone = [registered(), ...deviceOf(1), revoked(1, 'request')];
    given(registered(), deviceOf(1))
      .when({ type: 'RevokeDevice', now: NOW, device: 'dev_1' })
      .then(revoked(1, 'request'))
      .andAgain()
      .thenNothing();
    for (const command of [
      { type: 'SuspendDevice', now: NOW, device: 'dev_1' },
      { type: 'ResumeDevice', now: NOW, device: 'dev_1', maxDevices: 5 },
      startOf(2, { replaces: 'dev_1' }),
    ] as const)
      given(gone).when(command).thenRefused({ kind: 'conflict', code: 'device-revoked' });
  });

  it('does not survive the spell; a new spell begins with none', () => {
    given(registered(), deviceOf(1), deregistered(), revoked(1, 'deregistered'), registered({ spell: 2 }))
      .when({ type: 'ResumeDevice', now: NOW, device: 'dev_1', maxDevices: 5 })
      .thenRefused({ code: 'device-revoked' });
  });

  it('of another account is none', () => {
    given(registered(), deviceOf(1))
      .when({ type: 'RevokeDevice', now: NOW, device: 'dev_9' })
      .thenRefused({ kind: 'not-found', code: 'not-found' });
  });
});
