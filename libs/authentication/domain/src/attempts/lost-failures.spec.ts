import { describe, expect, it } from '@jest/globals';
import type { Attempts } from './attempts.state.ts';
import { afterLostFailures } from './lost-failures.ts';

const now = '2018-01-01T00:00:00.000Z';
const in30s = '2018-01-01T00:00:30.000Z';

describe('an account whose last failures may be lost', () => {
  it.each<[string, Attempts, Attempts]>([
    ['one failure', { lock: 'none', failures: 1 }, { lock: 'timed', failures: 5, until: in30s }],
    [
      'six, whose wait is over',
      { lock: 'timed', failures: 6, until: '2017-12-31T23:00:00.000Z' },
      { lock: 'timed', failures: 6, until: '2018-01-01T00:02:00.000Z' },
    ],
    [
      'a lock that lasts longer',
      { lock: 'timed', failures: 5, until: '2018-01-01T01:00:00.000Z' },
      { lock: 'timed', failures: 5, until: '2018-01-01T01:00:00.000Z' },
    ],
    ['one that somebody has to unlock', { lock: 'hard', failures: 100 }, { lock: 'hard', failures: 100 }],
    [
      'nobody is locked out for good by a loss',
      { lock: 'none', failures: 99 },
      { lock: 'timed', failures: 99, until: '2018-01-01T01:00:00.000Z' },
    ],
  ])('%s', (_name, attempts, after) => {
    expect(afterLostFailures(attempts, now)).toEqual(after);
  });
});
