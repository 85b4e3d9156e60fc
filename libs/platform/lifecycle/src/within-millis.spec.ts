import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LateError, withinMillis } from './within-millis.ts';

const forever = (): Promise<never> => new Promise(() => undefined);
/** What it fails with, when the time has passed. */
async function failureOf(work: Promise<unknown>, millis = 0): Promise<unknown> {
  const failure = work.then(
    () => undefined,
    (error: unknown) => error,
  );
  await jest.advanceTimersByTimeAsync(millis);
  return failure;
}

describe('work that is waited for within limits', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => {
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('gives its result, or its own failure', async () => {
    expect(await withinMillis(Promise.resolve(7), 100, 'counting')).toBe(7);
    const failure = new Error('no numbers');
    expect(await failureOf(withinMillis(Promise.reject(failure), 100, 'counting'))).toBe(failure);
  });

  it('is given up when its time is over, by its name or with an error of its own', async () => {
    const late = await failureOf(withinMillis(forever(), 100, 'counting'), 100);
    expect(late).toEqual(new LateError('counting took longer than 100 ms'));
    expect(late).toBeInstanceOf(LateError);
    const own = new RangeError('not ready');
    expect(
      await failureOf(
        withinMillis(forever(), 100, () => own),
        100,
      ),
    ).toBe(own);
  });

  it('is given up at the signal, also at one that was given before', async () => {
    const giveUp = new AbortController();
    const waiting = failureOf(withinMillis(forever(), 100, 'counting', giveUp.signal));
    giveUp.abort();
    expect(await waiting).toEqual(new LateError('counting was given up'));
    expect(await failureOf(withinMillis(forever(), 100, 'counting', giveUp.signal))).toEqual(
      new LateError('counting was given up'),
    );
  });
});
