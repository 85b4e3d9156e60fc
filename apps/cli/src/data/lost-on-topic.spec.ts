import { describe, expect, it } from '@jest/globals';
import { lostPage } from './lost-on-topic.ts';

describe('the page of lost events that is asked for', () => {
  it('begins behind any position that a log can have', () => {
    expect(lostPage({})).toEqual({ after: 0n, limit: 50 });
    expect(lostPage({ after: '9223372036854775807', limit: '1000' })).toEqual({
      after: 2n ** 63n - 1n,
      limit: 1_000,
    });
  });

  it.each([['9223372036854775808'], ['-1'], ['1.5'], [''], [true]])('does not begin behind %s', (after) => {
    expect(() => lostPage({ after })).toThrow('--after takes a position of the log');
  });
});
