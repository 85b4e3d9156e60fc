import { describe, expect, it } from '@jest/globals';
import { Bounded } from './bounded.ts';

describe('work of which so much goes on at a time', () => {
  it('is begun in the order in which it came, never more at once', async () => {
    const bounded = new Bounded(2);
    const begun: number[] = [];
    let [under, most] = [0, 0];
    const work = (n: number) => async (): Promise<number> => {
      begun.push(n);
      under += 1;
      most = Math.max(most, under);
      await new Promise((resolve) => setImmediate(resolve));
      under -= 1;
      return n;
    };
    expect(await Promise.all([0, 1, 2, 3, 4].map((n) => bounded.run(work(n))))).toEqual([0, 1, 2, 3, 4]);
    expect(begun).toEqual([0, 1, 2, 3, 4]);
    expect(most).toBe(2);
  });

  it('goes on behind what fails', async () => {
    const bounded = new Bounded(1);
    const failing = bounded.run(() => Promise.reject(new Error('failed')));
    const next = bounded.run(() => Promise.resolve('next'));
    await expect(failing).rejects.toThrow('failed');
    expect(await next).toBe('next');
    expect(await bounded.run(() => Promise.resolve('again'))).toBe('again');
  });
});
