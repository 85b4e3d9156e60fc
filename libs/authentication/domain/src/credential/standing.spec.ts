import type { EnrolmentId } from '@smartkey/kernel';
import { describe, expect, it } from '@jest/globals';
import { standingOf, type AccountStanding, type StandingCredential } from './standing.ts';

const credential: StandingCredential = {
  device: 'dev_1',
  enrolment: 'enr_1',
  status: 'active',
  announcedAt: 1,
};
const account = (change: Partial<AccountStanding> = {}): AccountStanding => ({
  revision: 2,
  status: 'registered',
  devices: { dev_1: 'active' },
  ...change,
});

describe("a credential follows the registry's word", () => {
  it('a confirmed one becomes active when its device is enrolled, and only then', () => {
    const confirmed = { ...credential, status: 'confirmed' } as const;
    const waiting = account({ devices: {}, enrolment: { enrolment: 'enr_1' } });
    expect(standingOf(confirmed, waiting)).toEqual({ status: 'confirmed' });
    expect(standingOf(confirmed, account())).toEqual({ status: 'active' });
  });

  it('one that no code has confirmed is never active, whatever the registry says', () => {
    for (const device of ['active', 'suspended'] as const)
      expect(
        standingOf({ ...credential, status: 'pending' }, account({ devices: { dev_1: device } })),
      ).toMatchObject({ status: 'pending' });
  });

  it('is suspended and resumed with its device', () => {
    const suspended = account({ devices: { dev_1: 'suspended' } });
    expect(standingOf(credential, suspended)).toMatchObject({ status: 'suspended' });
    expect(standingOf({ ...credential, status: 'suspended' }, account())).toMatchObject({ status: 'active' });
  });

  it('ends with its device and with the registration of its account', () => {
    expect(standingOf(credential, account({ devices: { dev_1: 'revoked' } }))).toMatchObject({
      status: 'ended',
      cause: 'revoked',
    });
    expect(standingOf(credential, account({ status: 'deregistered' }))).toMatchObject({
      status: 'ended',
      cause: 'deregistered',
    });
  });

  it('a pending one lives while it is the one that waits, and ends when it no longer is', () => {
    const pending = { ...credential, status: 'pending' } as const;
    const waiting = (enrolment: EnrolmentId): AccountStanding =>
      account({ devices: {}, enrolment: { enrolment } });
    expect(standingOf(pending, waiting('enr_1'))).toEqual({ status: 'pending' });
    expect(standingOf(pending, waiting('enr_2'))).toEqual({ status: 'ended', cause: 'superseded' });
    expect(standingOf(pending, account({ devices: {} }))).toEqual({ status: 'ended', cause: 'superseded' });
  });

  it('what the registry said before its enrolment says nothing of it', () => {
    const pending = { ...credential, status: 'pending', announcedAt: 3 } as const;
    for (const before of [account({ devices: {} }), account({ status: 'deregistered' })])
      expect(standingOf(pending, before)).toEqual({ status: 'pending' });
  });
});
