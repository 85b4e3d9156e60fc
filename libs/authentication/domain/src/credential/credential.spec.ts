import { describe, expect, it } from '@jest/globals';
import { confirmEnrolment, mustWait } from './credential.decide.ts';
import type { ConfirmedCredential, EndedCredential, PendingCredential } from './credential.state.ts';

const now = '2018-01-01T00:09:59.999Z';
const ids = { contract: 'ctr_1', account: 'rid_1', device: 'dev_1', enrolment: 'enr_1' } as const;
const secret = { sealed: 'sealed', digits: 6, period: 30, algorithm: 'SHA1' } as const;
const pending = (tries = 0): PendingCredential => ({
  ...ids,
  ...secret,
  status: 'pending',
  expiresAt: '2018-01-01T00:10:00.000Z',
  tries,
  lastStep: -1,
});

describe('confirming an enrolment (第5条1項)', () => {
  it('a right code confirms and burns its step', () => {
    expect(confirmEnrolment({ now, steps: [20, 19] }, pending(4))).toEqual({
      confirmed: true,
      step: 20,
      events: [{ type: 'CredentialConfirmed', version: 1, data: ids }],
    });
  });

  it('and again: the same code repeats the answer without a fact, another one is a conflict', () => {
    const confirmed: ConfirmedCredential = { ...ids, ...secret, status: 'confirmed', confirmedStep: 20 };
    expect(confirmEnrolment({ now, steps: [20] }, confirmed)).toEqual({ confirmed: true, events: [] });
    expect(confirmEnrolment({ now, steps: [21] }, confirmed)).toMatchObject({
      confirmed: false,
      reason: 'already_confirmed',
      events: [],
    });
  });

  it('forgives five wrong codes; with the fifth the secret is erased, and then there is nothing left to confirm', () => {
    const wrong = [0, 1, 2, 3, 4].map((tries) => confirmEnrolment({ now, steps: [] }, pending(tries)));
    expect(wrong.map((decision) => 'remainingTries' in decision && decision.remainingTries)).toEqual([
      4, 3, 2, 1, 0,
    ]);
    expect(wrong.slice(0, 4).every((decision) => !('erase' in decision))).toBe(true);
    expect(wrong[4]).toEqual({
      confirmed: false,
      reason: 'invalid_code',
      remainingTries: 0,
      tries: 5,
      erase: 'too-many-tries',
      events: [
        {
          type: 'CredentialErased',
          version: 1,
          data: { contract: 'ctr_1', account: 'rid_1', device: 'dev_1', cause: 'too-many-tries' },
        },
      ],
    });
    const ended: EndedCredential = { ...ids, status: 'ended', cause: 'too-many-tries' };
    expect(confirmEnrolment({ now, steps: [20] }, ended)).toMatchObject({
      confirmed: false,
      reason: 'too_many_tries',
    });
  });

  it('at the instant of its expiry even a right code is late, and the secret is erased', () => {
    expect(confirmEnrolment({ now: '2018-01-01T00:10:00.000Z', steps: [20] }, pending())).toMatchObject({
      confirmed: false,
      reason: 'expired',
      erase: 'expired',
      events: [{ type: 'CredentialErased' }],
    });
  });

  it.each(['expired', 'superseded', 'revoked', 'deregistered'] as const)('a %s one is over', (cause) => {
    expect(confirmEnrolment({ now, steps: [20] }, { ...ids, status: 'ended', cause })).toEqual({
      confirmed: false,
      reason: 'expired',
      remainingTries: 0,
      events: [],
    });
  });
});

describe('telling the secret of an enrolment again (第5条1項)', () => {
  it('and again, as long as it waits for its code', () => {
    expect(mustWait(ids, pending(4), now)).toEqual({ ok: true, value: pending(4) });
    expect(mustWait(ids, pending(), '2018-01-01T00:10:00.000Z')).toMatchObject({
      error: { kind: 'gone', code: 'enrolment-ended' },
    });
  });

  it.each(['confirmed', 'active', 'suspended'] as const)('not of one that is %s', (status) => {
    expect(mustWait(ids, { ...ids, ...secret, status, confirmedStep: 20 }, now)).toMatchObject({
      error: { kind: 'conflict', code: 'already-confirmed' },
    });
  });

  it('not of one that has ended', () => {
    expect(mustWait(ids, { ...ids, status: 'ended', cause: 'superseded' }, now)).toMatchObject({
      error: { kind: 'gone', code: 'enrolment-ended' },
    });
  });

  it.each(['contract', 'account', 'device', 'enrolment'] as const)("not of another's %s", (name) => {
    expect(mustWait({ ...ids, [name]: 'other' }, pending(), now)).toMatchObject({
      error: { kind: 'conflict', code: 'device-exists' },
    });
  });
});
