import { describe, expect, it } from '@jest/globals';
import { standingOf, type AccountStanding, type StandingCredential } from './credential.standing.ts';

const credential: StandingCredential = {
  device: 'dev_1',
  enrolment: 'enr_1',
  status: 'active',
  announced: true,
};
const account = (change: Partial<AccountStanding> = {}): AccountStanding => ({
  status: 'registered',
  devices: { dev_1: 'active' },
  ...change,
});

describe("a credential follows the registry's word", () => {
  it('a confirmed one becomes active when its device is enrolled, and only then', () => {
    const confirmed = { ...credential, status: 'confirmed' } as const;
    const waiting = account({ devices: {}, enrolment: { enrolment: 'enr_1' } });
    expect(standingOf(confirmed, waiting)).toEqual({ status: 'confirmed', announced: true });
    expect(standingOf(confirmed, account())).toEqual({ status: 'active', announced: true });
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

  it('and again: what has ended stays so', () => {
    expect(standingOf({ ...credential, status: 'ended' }, account())).toBeUndefined();
  });

  it('a pending one lives while nothing was said of its enrolment, and ends when it is no longer the one that waits', () => {
    const pending = { ...credential, status: 'pending', announced: false } as const;
    const other = account({ devices: {}, enrolment: { enrolment: 'enr_2' } });
    expect(standingOf(pending, account({ devices: {} }))).toEqual({ status: 'pending', announced: false });
    const named = standingOf(pending, account({ devices: {}, enrolment: { enrolment: 'enr_1' } }));
    expect(named).toEqual({ status: 'pending', announced: true });
    expect(standingOf({ ...pending, announced: true }, other)).toMatchObject({
      status: 'ended',
      cause: 'superseded',
    });
  });
});
