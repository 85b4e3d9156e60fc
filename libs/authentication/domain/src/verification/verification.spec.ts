import { describe, expect, it } from '@jest/globals';
import type { Instant, DeviceId, AccountId, AuthenticationId } from '@smartkey/kernel';
import { noAttempts, type Attempts } from '../attempts/attempts.state.ts';
import { DENIAL_REASONS, toldReason } from '../denials/denial-reason.ts';
import { verifyCode, type VerificationDecision } from './verification.decide.ts';
import type { ActiveDevice, VerificationState } from './verification.state.ts';

type DeviceMatch = ActiveDevice & { readonly steps: readonly number[] };

interface Case {
  readonly now: Instant;
  readonly contract: VerificationState['contract'];
  readonly account: { readonly id: AccountId; readonly suspended: boolean } | undefined;
  readonly devices: readonly DeviceMatch[];
  readonly attempts: Attempts;
}

const now = '2018-01-31T14:59:59.999Z';
const contract: Case['contract'] = { id: 'ctr_1', ended: false, withheld: false };
const account = { id: 'rid_1', suspended: false } as const;
const phone: DeviceMatch = { device: 'dev_1', lastStep: 10, steps: [] };
const matching = (...steps: number[]): DeviceMatch => ({ ...phone, steps });
const usual: Case = { now, contract, account, devices: [phone], attempts: noAttempts };
const failures = (count: number): Attempts => ({ lock: 'none', failures: count });
const locked: Attempts = { lock: 'timed', failures: 5, until: '2018-01-31T15:00:10.000Z' };
const idOf = (device: DeviceId, step: number): AuthenticationId => `aut_of_${device}_${step}`;
const hard: Attempts = { lock: 'hard', failures: 100 };

function accountOf({ account: named, devices, attempts }: Case): VerificationState['account'] {
  if (named === undefined) return { status: 'none' };
  if (named.suspended) return { status: 'suspended' };
  return { status: 'registered', id: named.id, devices, attempts };
}

const decide = (of: Case): VerificationDecision =>
  verifyCode(
    { now: of.now, steps: new Map(of.devices.map(({ device, steps }) => [device, steps])), idOf },
    { contract: of.contract, account: accountOf(of) },
  );

describe('deciding an authentication', () => {
  it('別紙1 備考2: a right, unused code is a success, told once', () => {
    const decision = decide({ ...usual, devices: [matching(11)] });
    expect(decision).toEqual({
      result: 'success',
      account: 'rid_1',
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
            authentication: idOf('dev_1', 11),
          },
        },
      ],
    });
  });

  it('and again: RFC 6238, 5.2: no step at or before the last used one is accepted, and it is not counted', () => {
    for (const steps of [[10], [9], [10, 9]]) {
      const decision = decide({
        ...usual,
        devices: [matching(...steps)],
        attempts: failures(4),
      });
      expect(decision).toEqual({ result: 'denied', reason: 'code_already_used', events: [] });
    }
  });

  it('a code of two steps uses up the later', () => {
    expect(decide({ ...usual, devices: [matching(12, 11, 10)] })).toMatchObject({ step: 12 });
  });

  it('any active device of the account may sign in; a used code of one does not hide an unused one of another', () => {
    const other: DeviceMatch = { device: 'dev_2', lastStep: -1, steps: [11] };
    expect(decide({ ...usual, devices: [matching(10), other] })).toMatchObject({
      result: 'success',
      device: 'dev_2',
    });
  });

  it('a wrong code counts for the account; the fifth locks it, which is an event', () => {
    const fourth = decide({ ...usual, attempts: failures(3) });
    expect(fourth).toEqual({
      result: 'denied',
      reason: 'invalid_code',
      account: 'rid_1',
      attempts: failures(4),
      events: [],
    });
    const fifth = decide({ ...usual, attempts: failures(4) });
    const until = '2018-01-31T15:00:29.999Z';
    expect(fifth).toEqual({
      result: 'denied',
      reason: 'invalid_code',
      account: 'rid_1',
      attempts: { lock: 'timed', failures: 5, until },
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
    const decision = decide({ ...usual, attempts: failures(99) });
    expect(decision.events).toEqual([
      { type: 'AccountLocked', version: 1, data: { contract: 'ctr_1', account: 'rid_1', failures: 100 } },
    ]);
  });

  it('while locked a right code is not looked at, and nothing counts or extends the lock', () => {
    for (const device of [phone, matching(11), matching(10)])
      expect(decide({ ...usual, devices: [device], attempts: locked })).toEqual({
        result: 'denied',
        reason: 'locked',
        retryAfterSeconds: 11,
        events: [],
      });
    expect(decide({ ...usual, attempts: hard })).toEqual({
      result: 'denied',
      reason: 'locked',
      events: [],
    });
  });

  it('a success forgets the failures, over all devices', () => {
    const attempts: Attempts = { lock: 'timed', until: now, failures: 99 };
    expect(decide({ ...usual, devices: [matching(11)], attempts })).toMatchObject({
      result: 'success',
      attempts: noAttempts,
    });
  });

  it('reasons are looked for in their order: contract, withholding, account, suspension, devices, lock, code', () => {
    const suspended = { ...account, suspended: true };
    const reasonOf = (change: Partial<Case>): string => {
      const decision = decide({ ...usual, attempts: locked, ...change });
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
      expect(decide({ ...usual, contract: state, devices: [matching(11)] })).not.toHaveProperty('attempts');
  });

  it('a contract that hides its reasons tells one for all', () => {
    expect(new Set(DENIAL_REASONS.map((reason) => toldReason(reason, false)))).toEqual(
      new Set(['not_authenticated']),
    );
    expect(DENIAL_REASONS.map((reason) => toldReason(reason, true))).toEqual(DENIAL_REASONS);
  });
});
