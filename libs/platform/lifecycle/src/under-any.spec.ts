import { describe, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { underAny } from './index.ts';

const seen = (over: AbortSignal): Promise<AbortSignal> => Promise.resolve(over);

describe('work under several signals', () => {
  it('hears the first of them that is given, and why', async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const told = await underAny([first.signal, second.signal], (over) => {
      const heard = new Promise<unknown>((resolve) =>
        over.addEventListener('abort', () => resolve(over.reason)),
      );
      second.abort('the lock is lost');
      first.abort('the program ends');
      return heard;
    });
    expect(told).toBe('the lock is lost');
  });

  it('begins under a signal that is given already where one of them is', async () => {
    const over = await underAny([new AbortController().signal, AbortSignal.abort('over')], seen);
    expect([over.aborted, over.reason]).toEqual([true, 'over']);
  });

  it('hangs on none of them when it has ended, well or badly', async () => {
    const signals = [new AbortController().signal, AbortSignal.timeout(60_000)];
    await underAny(signals, seen);
    const broken = underAny(signals, () => Promise.reject(new Error('broken')));
    await expect(broken).rejects.toThrow('broken');
    expect(signals.map((signal) => getEventListeners(signal, 'abort'))).toEqual([[], []]);
  });

  it('knows of an end that nobody listened for, though its source is gone', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    let source: AbortController | undefined = new AbortController();
    const ended = await underAny([new AbortController().signal, source.signal], async (over) => {
      source!.abort();
      source = undefined;
      await turn();
      collect();
      return over.aborted;
    });
    expect(ended).toBe(true);
  });
});
