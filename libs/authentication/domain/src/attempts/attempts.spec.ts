import { describe, expect, it } from '@jest/globals';
import { unlockAccount } from './attempts.decide.ts';
import { noAttempts, type Attempts } from './attempts.state.ts';

const command = { contract: 'ctr_1', account: 'rid_1' } as const;

describe('unlocking an account', () => {
  it.each<Attempts>([
    { lock: 'timed', failures: 5, until: '2018-01-31T15:00:10.000Z' },
    { lock: 'hard', failures: 100 },
    { lock: 'none', failures: 2 },
  ])('forgets %j', (attempts) => {
    expect(unlockAccount(command, attempts)).toEqual({
      attempts: noAttempts,
      events: [{ type: 'AccountUnlocked', version: 1, data: { contract: 'ctr_1', account: 'rid_1' } }],
    });
  });

  it('and again: there is nothing to unlock', () => {
    expect(unlockAccount(command, noAttempts)).toBeUndefined();
  });
});
