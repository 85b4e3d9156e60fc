import { describe, expect, it } from '@jest/globals';
import { noAttempts, type Attempts } from '@smartkey/authentication-domain';
import { attemptsInRow, attemptsParameters } from './attempts.row.ts';

describe('the attempts as a row keeps them', () => {
  it.each<Attempts>([
    noAttempts,
    { lock: 'none', failures: 4 },
    { lock: 'timed', failures: 5, until: '2018-01-31T15:00:10.000Z' },
    { lock: 'hard', failures: 100 },
  ])('%j comes back as it was written', (attempts) => {
    const [failures, lockedUntil, hardLocked] = attemptsParameters(attempts);
    const row = { failures, locked_until: lockedUntil, hard_locked: hardLocked };
    expect(attemptsInRow(row)).toEqual(attempts);
  });

  it('of an account without a row there are none', () => {
    expect(attemptsInRow({ failures: null, locked_until: null, hard_locked: null })).toEqual(noAttempts);
  });
});
