import { describe, expect, it } from '@jest/globals';
import {
  authenticationIdOf,
  decideAuthentication,
  decideUnlock,
  toldReason,
  DENIAL_REASONS,
  type AuthenticationCase,
  type DeviceMatch,
} from './authentication.decision.ts';
import { noAttempts, type Attempts } from './lock-out.ts';

const now = '2018-01-31T14:59:59.999Z';
const contract = { id: 'ctr_1', ended: false, withheld: false };
const account = { id: 'rid_1', suspended: false };
const phone: DeviceMatch = { device: 'dev_1', lastStep: 10, steps: [] };
const matching = (...steps: number[]): DeviceMatch => ({ ...phone, steps });
const usual: AuthenticationCase = { now, contract, account, devices: [phone], attempts: noAttempts };
const locked: Attempts = { failures: 5, lockedUntil: '2018-01-31T15:00:10.000Z', hardLocked: false };

describe('deciding an authentication', () => {
  it('別紙1 備考2: a right, unused code is a success, told once', () => {
    const decision = decideAuthentication({ ...usual, devices: [matching(11)] });
    expect(decision).toEqual({
      result: 'success',
      device: 'dev_1',
      step: 11,
      attempts: noAttempts,
      events: [
        {
          type: 'AuthSucceeded',
          version: 1,
          data: {
            contract: 'ctr_1',
            account: 'rid_1',
            device: 'dev_1',
            authentication: authenticationIdOf(now, 'dev_1', 11),
          },
        },
      ],
    });
  });

  it('and again: RFC 6238, 5.2: no step at or before the last used one is accepted, and it is not counted', () => {
    for (const steps of [[10], [9], [10, 9]]) {
      const decision = decideAuthentication({
        ...usual,
        devices: [matching(...steps)],
        attempts: { failures: 4, hardLocked: false },
      });
      expect(decision).toEqual({ result: 'denied', reason: 'code_already_used', events: [] });
    }
  });

  it('a code of two steps uses up the later', () => {
    expect(decideAuthentication({ ...usual, devices: [matching(12, 11, 10)] })).toMatchObject({ step: 12 });
  });

  it('any active device of the account may sign in; a used code of one does not hide an unused one of another', () => {
    const other: DeviceMatch = { device: 'dev_2', lastStep: -1, steps: [11] };
    expect(decideAuthentication({ ...usual, devices: [matching(10), other] })).toMatchObject({
      result: 'success',
      device: 'dev_2',
    });
  });

  it('a wrong code counts for the account; the fifth locks it, which is an event', () => {
    const fourth = decideAuthentication({ ...usual, attempts: { failures: 3, hardLocked: false } });
    expect(fourth).toEqual({
      result: 'denied',
      reason: 'invalid_code',
      attempts: { failures: 4, hardLocked: false },
      events: [],
    });
    const fifth = decideAuthentication({ ...usual, attempts: { failures: 4, hardLocked: false } });
    const until = '2018-01-31T15:00:29.999Z';
    expect(fifth).toEqual({
      result: 'denied',
      reason: 'invalid_code',
      attempts: { failures: 5, lockedUntil: until, hardLocked: false },
      events: [
        {
          type: 'AccountLocked',
          version: 1,
          data: { contract: 'ctr_1', account: 'rid_1', failures: 5, until },
        },
      ],
    });
  });

  it('the hundredth failure locks without an end', () => {
    const decision = decideAuthentication({ ...usual, attempts: { failures: 99, hardLocked: false } });
    expect(decision.events).toEqual([
      { type: 'AccountLocked', version: 1, data: { contract: 'ctr_1', account: 'rid_1', failures: 100 } },
    ]);
  });

  it('while locked a right code is not looked at, and nothing counts or extends the lock', () => {
    for (const device of [phone, matching(11), matching(10)])
      expect(decideAuthentication({ ...usual, devices: [device], attempts: locked })).toEqual({
        result: 'denied',
        reason: 'locked',
        retryAfterSeconds: 11,
        events: [],
      });
    const hard = { failures: 100, hardLocked: true };
    expect(decideAuthentication({ ...usual, attempts: hard })).toEqual({
      result: 'denied',
      reason: 'locked',
      events: [],
    });
  });

  it('a success forgets the failures, over all devices', () => {
    const attempts: Attempts = { ...locked, lockedUntil: now, failures: 99 };
    expect(decideAuthentication({ ...usual, devices: [matching(11)], attempts })).toMatchObject({
      result: 'success',
      attempts: noAttempts,
    });
  });

  it('reasons are looked for in their order: contract, withholding, account, suspension, devices, lock, code', () => {
    const suspended = { ...account, suspended: true };
    const reasonOf = (change: Partial<AuthenticationCase>): string => {
      const decision = decideAuthentication({ ...usual, attempts: locked, ...change });
      return decision.result === 'denied' ? decision.reason : decision.result;
    };
    const ended = { ...contract, ended: true };
    const withheld = { ...contract, withheld: true };
    const none = { account: undefined, devices: [] };
    expect([
      reasonOf({ ...none, contract: { ...ended, withheld: true } }),
      reasonOf({ ...none, contract: withheld }),
      reasonOf(none),
      reasonOf({ account: suspended, devices: [] }),
      reasonOf({ devices: [] }),
      reasonOf({ devices: [matching(10)] }),
      reasonOf({ devices: [matching(10)], attempts: noAttempts }),
      reasonOf({ attempts: noAttempts }),
    ]).toEqual(DENIAL_REASONS);
  });

  it('第5条3項, 第6条: withheld or ended, even a right code changes nothing', () => {
    for (const state of [
      { ...contract, withheld: true },
      { ...contract, ended: true },
    ])
      expect(decideAuthentication({ ...usual, contract: state, devices: [matching(11)] })).not.toHaveProperty(
        'attempts',
      );
  });

  it('a contract that hides its reasons tells one for all', () => {
    expect(new Set(DENIAL_REASONS.map((reason) => toldReason(reason, false)))).toEqual(
      new Set(['not_authenticated']),
    );
    expect(DENIAL_REASONS.map((reason) => toldReason(reason, true))).toEqual(DENIAL_REASONS);
  });

  it('the id of an authentication follows from device and step', () => {
    const id = authenticationIdOf(now, 'dev_1', 11);
    expect(id).toMatch(/^aut_/);
    expect(authenticationIdOf(now, 'dev_1', 11)).toBe(id);
    expect(authenticationIdOf(now, 'dev_1', 12)).not.toBe(id);
    expect(authenticationIdOf(now, 'dev_2', 11)).not.toBe(id);
  });
});

describe('unlocking an account', () => {
  it.each([locked, { failures: 100, hardLocked: true }, { failures: 2, hardLocked: false }])(
    'forgets %j',
    (attempts) => {
      expect(decideUnlock('ctr_1', 'rid_1', attempts)).toEqual({
        attempts: noAttempts,
        events: [{ type: 'AccountUnlocked', version: 1, data: { contract: 'ctr_1', account: 'rid_1' } }],
      });
    },
  );

  it('and again: there is nothing to unlock', () => {
    expect(decideUnlock('ctr_1', 'rid_1', noAttempts)).toBeUndefined();
  });
});
