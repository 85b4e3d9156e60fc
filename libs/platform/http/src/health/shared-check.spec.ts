import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import { NotReadyError } from './not-ready-error.ts';
import { SharedCheck } from './shared-check.ts';

const log = pino({ level: 'silent' });
const TIMES = { patience: 40, givenUp: 120 };

describe('a check that many ask for', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is made once while it runs, and anew afterwards', async () => {
    let made = 0;
    const check = new SharedCheck(
      {
        name: 'part',
        check: async () => {
          made += 1;
          await Promise.resolve();
          if (made === 2) throw new NotReadyError('the disk is full');
          if (made === 3) throw new Error('connect ECONNREFUSED 10.0.0.7');
        },
      },
      log,
      TIMES,
    );
    expect(await Promise.all([check.find(), check.find(), check.find()])).toEqual(
      Array.from({ length: 3 }, () => ({ usable: true })),
    );
    expect(made).toBe(1);
    expect(await check.find()).toEqual({ usable: false, reason: 'the disk is full' });
    // Words that are not meant for everybody stay in the log.
    expect(await check.find()).toEqual({ usable: false });
    expect(await check.find()).toEqual({ usable: true });
  });

  it('does not pile up behind a part that does not answer, and asks again once that is given up', async () => {
    let made = 0;
    const signals: AbortSignal[] = [];
    const check = new SharedCheck(
      {
        name: 'part',
        check: async (late) => {
          made += 1;
          signals.push(late);
          if (made === 1) await new Promise(() => undefined);
        },
      },
      log,
      TIMES,
    );
    const late = { usable: false, reason: 'no answer in time' };
    const found = Promise.all([check.find(), check.find()]);
    await jest.advanceTimersByTimeAsync(TIMES.patience);
    expect(await found).toEqual([late, late]);
    expect(await check.find()).toEqual(late);
    expect(made).toBe(1);
    expect(signals[0]!.aborted).toBe(true);
    await jest.advanceTimersByTimeAsync(TIMES.givenUp - TIMES.patience);
    expect(await check.find()).toEqual({ usable: true });
    expect(made).toBe(2);
  });
});
