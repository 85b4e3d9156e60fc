import { describe, expect, it } from '@jest/globals';
import { Batcher } from './batcher.ts';

describe('a batcher', () => {
  it('begins at once, gathers what is asked for meanwhile, and answers each in its place', async () => {
    const rounds: number[][] = [];
    const batcher = new Batcher<number, number>(async (items) => {
      rounds.push([...items]);
      await Promise.resolve();
      return items.map((item) => item * 10);
    });
    expect(await Promise.all([1, 2, 3].map((item) => batcher.add(item)))).toEqual([10, 20, 30]);
    expect(rounds).toEqual([[1], [2, 3]]);
    expect(await batcher.add(4)).toBe(40);
  });
  it('a failed round fails those in it, and no others', async () => {
    const batcher = new Batcher<number, number>(async (items) => {
      await Promise.resolve();
      if (items.includes(1)) throw new Error('broken');
      return items;
    });
    const settled = await Promise.allSettled([1, 2, 3].map((item) => batcher.add(item)));
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  });
  it('a round is bounded', async () => {
    const sizes: number[] = [];
    const batcher = new Batcher<number, number>(async (items) => {
      sizes.push(items.length);
      await Promise.resolve();
      return items;
    });
    await Promise.all(Array.from({ length: 1_201 }, (_, item) => batcher.add(item)));
    expect(sizes).toEqual([1, 500, 500, 200]);
  });
  it('rests between two rounds where it is told to', async () => {
    const restMillis = 50;
    let rested = true;
    const batcher = new Batcher<number, boolean>((items) => {
      const since = rested;
      rested = false;
      setTimeout(() => (rested = true), restMillis - 10);
      return Promise.resolve(items.map(() => since));
    }, restMillis);
    expect(await Promise.all([1, 2, 3].map((item) => batcher.add(item)))).toEqual([true, true, true]);
    expect(await batcher.add(4)).toBe(true);
  });
});
