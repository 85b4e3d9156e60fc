import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Turns } from './turns.ts';

afterEach(() => void jest.restoreAllMocks());

describe('work in memory', () => {
  it('lets others have a turn when it has gone on for 10 ms, and then goes on for as long again', async () => {
    const now = jest.spyOn(performance, 'now').mockReturnValue(0);
    let turns = 0;
    let done = false;
    const turn = (): void => {
      turns += 1;
      if (!done) setImmediate(turn);
    };
    setImmediate(turn);
    const work = new Turns();
    for (const millis of [1, 9.9]) {
      now.mockReturnValue(millis);
      await work.next();
    }
    expect(turns).toBe(0);
    now.mockReturnValue(10);
    await work.next();
    const before = turns;
    expect(before).toBeGreaterThan(0);
    now.mockReturnValue(19.9);
    await work.next();
    expect(turns).toBe(before);
    now.mockReturnValue(20);
    await work.next();
    expect(turns).toBeGreaterThan(before);
    done = true;
  });
});
