import { describe, expect, it } from '@jest/globals';
import { pagesBehind } from './pages-behind.ts';

async function walked(count: number, size: number): Promise<{ pages: number[][]; asked: number[] }> {
  const rows = Array.from({ length: count }, (_, n) => n + 1);
  const asked: number[] = [];
  const pages: number[][] = [];
  const walk = pagesBehind({
    size,
    from: 0,
    read: (after, most) => {
      asked.push(after);
      return Promise.resolve(rows.filter((row) => row > after).slice(0, most));
    },
    placeOf: (row) => row,
  });
  for await (const page of walk) pages.push([...page]);
  return { pages, asked };
}

describe('pages behind one another', () => {
  it('are every row once, and end with the first that is not full', async () => {
    expect(await walked(5, 2)).toEqual({ pages: [[1, 2], [3, 4], [5]], asked: [0, 2, 4] });
  });

  it('where the last one is full, nothing more is shown', async () => {
    expect(await walked(4, 2)).toEqual({
      pages: [
        [1, 2],
        [3, 4],
      ],
      asked: [0, 2, 4],
    });
  });

  it('of nothing are none', async () => {
    expect(await walked(0, 2)).toEqual({ pages: [], asked: [0] });
  });

  it('are read no further than they are asked for', async () => {
    let reads = 0;
    const read = (): Promise<readonly number[]> => {
      reads += 1;
      return Promise.resolve([reads]);
    };
    for await (const [row] of pagesBehind({ size: 1, from: 0, read, placeOf: (row) => row }))
      if (row === 3) break;
    expect(reads).toBe(3);
  });
});
