import { describe, expect, it } from '@jest/globals';
import { remembered, rememberedBy } from './remembered.ts';

describe('what is made at its first use', () => {
  it('is made once for all who ask at the same time, and kept', async () => {
    let made = 0;
    const get = remembered(async () => (made += 1));
    expect(await Promise.all([get(), get()])).toEqual([1, 1]);
    expect(await get()).toBe(1);
  });

  it('is tried again after a failure, whether it was thrown or rejected', async () => {
    let tries = 0;
    const get = remembered(() => {
      tries += 1;
      if (tries === 1) throw new Error('at once');
      return tries === 2 ? Promise.reject(new Error('later')) : Promise.resolve('made');
    });
    const [one, two] = [get(), get()];
    await expect(one).rejects.toThrow('at once');
    await expect(two).rejects.toThrow('at once');
    await expect(get()).rejects.toThrow('later');
    expect(await get()).toBe('made');
    expect(tries).toBe(3);
  });

  it('is kept for each key by itself', async () => {
    const asked: string[] = [];
    const get = rememberedBy(async (key: string) => {
      asked.push(key);
      if (key === 'b' && asked.length < 3) throw new Error('not yet');
      return key.toUpperCase();
    });
    expect(await get('a')).toBe('A');
    await expect(get('b')).rejects.toThrow('not yet');
    expect(await get('b')).toBe('B');
    expect(await get('a')).toBe('A');
    expect(asked).toEqual(['a', 'b', 'b']);
  });
});
