import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { LastingTroubleError, Troubles } from './troubles.ts';

describe('what fails at present', () => {
  it('is a trouble once it has lasted, with the newest reason', async () => {
    const troubles = new Troubles();
    troubles.begin('the relay', 'refused');
    expect(() => troubles.check(60_000)).not.toThrow();
    await pause(5);
    troubles.begin('the relay', 'refused again');
    expect(() => troubles.check(4)).toThrow(LastingTroubleError);
    expect(() => troubles.check(4)).toThrow('the relay: refused again');
  });

  it('is none any more once it is over, each by its name', async () => {
    const troubles = new Troubles();
    troubles.begin('one', 'x');
    troubles.begin('two', 'y');
    await pause(2);
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
