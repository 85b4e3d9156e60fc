import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LastingTroubleError, Troubles } from './troubles.ts';

describe('what fails at present', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is a trouble once it has lasted, with the newest reason', () => {
    const troubles = new Troubles();
    troubles.begin('the relay', 'refused');
    jest.advanceTimersByTime(5);
    expect(() => troubles.check(5)).not.toThrow();
    troubles.begin('the relay', 'refused again');
    expect(() => troubles.check(4)).toThrow(LastingTroubleError);
    expect(() => troubles.check(4)).toThrow('the relay: refused again');
  });

  it('is a trouble at once where it does not end by itself', () => {
    const troubles = new Troubles();
    troubles.begin('one', 'refused');
    troubles.stop('two', 'foreign');
    expect(troubles.stopped()).toEqual(['two']);
    expect(() => troubles.check(60_000)).toThrow(/^two: foreign$/);
    troubles.over('two');
    expect(troubles.stopped()).toEqual([]);
    expect(() => troubles.check(60_000)).not.toThrow();
  });

  it('is none any more once it is over, each by its name', () => {
    const troubles = new Troubles();
    troubles.begin('one', 'x');
    troubles.begin('two', 'y');
    jest.advanceTimersByTime(1);
    troubles.over('one');
    expect(() => troubles.check(0)).toThrow(/^two: y$/);
    troubles.retain(new Set(['two']));
    expect(() => troubles.check(0)).toThrow(/^two: y$/);
    troubles.retain(new Set(['three']));
    expect(() => troubles.check(0)).not.toThrow();
    troubles.begin('two', 'y');
    troubles.clear();
    expect(() => troubles.check(0)).not.toThrow();
  });
});
