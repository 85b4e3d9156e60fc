import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Batcher, type BatcherOptions } from './batcher.ts';

/** A batcher that answers with ten times each item, and what its rounds were. */
function tenfold(
  options: BatcherOptions<number> = {},
  before: () => Promise<void> = () => Promise.resolve(),
) {
  const rounds: (readonly number[])[] = [];
  const batcher = new Batcher<number, number>(async (items) => {
    rounds.push(items);
    await before();
    return items.map((item) => item * 10);
  }, options);
  return { rounds, batcher };
}
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('a batcher', () => {
  it('takes what is asked for in one turn of the event loop, and answers each in its place', async () => {
    const { rounds, batcher } = tenfold();
    expect(await Promise.all([1, 2, 3].map((item) => batcher.add(item)))).toEqual([10, 20, 30]);
    expect(rounds).toEqual([[1, 2, 3]]);
    expect(await batcher.add(4)).toBe(40);
  });

  it('gathers what is asked for while a round runs for the next', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { rounds, batcher } = tenfold({}, () => held);
    const first = batcher.add(1);
    await nextTurn();
    const later = [2, 3].map((item) => batcher.add(item));
    await nextTurn();
    expect(rounds).toEqual([[1]]);
    release();
    expect(await Promise.all([first, ...later])).toEqual([10, 20, 30]);
    expect(rounds).toEqual([[1], [2, 3]]);
  });

  it('fails those in a round that has failed, and no others', async () => {
    const batcher = new Batcher<number, number>(async (items) => {
      await Promise.resolve();
      if (items.includes(1)) throw new Error('broken');
      return items;
    });
    const first = batcher.add(1);
    await nextTurn();
    const settled = await Promise.allSettled([first, ...[2, 3].map((item) => batcher.add(item))]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  });

  it('bounds a round', async () => {
    const { rounds, batcher } = tenfold();
    await Promise.all(upTo(1_201).map((item) => batcher.add(item)));
    expect(rounds.map(({ length }) => length)).toEqual([500, 500, 201]);
  });

  it('parts items that have a key in common, and keeps their order', async () => {
    const { rounds, batcher } = tenfold({ keysOf: (item) => [String(item % 3)] });
    expect(await Promise.all([1, 2, 4, 5, 7].map((item) => batcher.add(item)))).toEqual([10, 20, 40, 50, 70]);
    expect(rounds).toEqual([[1, 2], [4, 5], [7]]);
  });

  describe('whose rounds go side by side', () => {
    it('takes what is asked for in one turn of the event loop, without waiting for the round before', async () => {
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      const { rounds, batcher } = tenfold({ sideBySide: true, most: 2 }, () => held);
      const first = [1, 2, 3].map((item) => batcher.add(item));
      expect(rounds).toEqual([]);
      await nextTurn();
      await nextTurn();
      expect(rounds).toEqual([[1, 2], [3]]);
      const second = batcher.add(4);
      await nextTurn();
      expect(rounds).toEqual([[1, 2], [3], [4]]);
      release();
      expect(await Promise.all([...first, second])).toEqual([10, 20, 30, 40]);
    });
  });
});
