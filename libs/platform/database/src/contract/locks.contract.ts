import { expect, it } from '@jest/globals';
import { until } from '@smartkey/testing';
import type { TestedDatabase } from './tested-database.contract.ts';

/** Locks that one holds at a time. */
export function locksContract(tested: TestedDatabase): void {
  it('lets one hold a lock at a time: others wait or are told at once', async () => {
    const order: string[] = [];
    let release!: () => void;
    const first = tested.database.exclusively('job', async () => {
      order.push('first in');
      await new Promise<void>((resolve) => (release = resolve));
      order.push('first out');
    });
    await until(() => order.length > 0);
    expect(await tested.database.exclusively('job', async () => 1, { wait: false })).toBeUndefined();
    expect(await tested.database.exclusively('other job', async () => 2, { wait: false })).toBe(2);
    const second = tested.database.exclusively('job', async () => order.push('second in'));
    release();
    await Promise.all([first, second]);
    expect(order).toEqual(['first in', 'first out', 'second in']);
    expect(await tested.database.exclusively('job', async () => 3, { wait: false })).toBe(3);
  });

  it('lets one wait in line for a while, or until a signal, and leaves the lock to others then', async () => {
    const over = new AbortController();
    const until = over.signal;
    let release!: () => void;
    const holder = await new Promise<{ readonly done: Promise<unknown> }>((resolve) => {
      const done = tested.database.exclusively('office', () => {
        resolve({ done });
        return new Promise<void>((end) => (release = end));
      });
    });
    const inLine = (work: () => Promise<unknown>, mostMillis: number): Promise<unknown> =>
      tested.database.exclusively('office', work, { wait: { mostMillis, until } });
    expect(await inLine(() => Promise.resolve('too early'), 30)).toBeUndefined();
    const left = inLine(() => Promise.resolve('left'), 600_000);
    await new Promise((resolve) => setTimeout(resolve, 30));
    over.abort();
    expect(await left).toBeUndefined();
    expect(await inLine(() => Promise.resolve('after the signal'), 600_000)).toBeUndefined();
    const next = tested.database.exclusively('office', () => Promise.resolve('next'), {
      wait: { mostMillis: 600_000, until: new AbortController().signal },
    });
    release();
    await holder.done;
    expect(await next).toBe('next');
    // Those who left hold nothing.
    expect(await tested.database.exclusively('office', () => Promise.resolve('whoever comes'))).toBe(
      'whoever comes',
    );
    const failure = new Error('broken');
    const failing = { wait: { mostMillis: 1_000, until: new AbortController().signal } };
    await expect(tested.database.exclusively('office', () => Promise.reject(failure), failing)).rejects.toBe(
      failure,
    );
  });

  it('frees a lock whose work failed', async () => {
    const failure = new Error('broken');
    await expect(tested.database.exclusively('job', () => Promise.reject(failure))).rejects.toBe(failure);
    expect(await tested.database.exclusively('job', async () => 'free', { wait: false })).toBe('free');
  });
}
