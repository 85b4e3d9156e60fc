import { describe, expect, it } from '@jest/globals';
import { ended, readable, Trouble } from './failures.ts';
import { rest } from './rest.ts';

describe('a failure', () => {
  it('of work that is only waited for is left to whoever began it', async () => {
    await expect(ended(Promise.reject(new Error('told elsewhere')))).resolves.toBeUndefined();
    await expect(ended(undefined)).resolves.toBeUndefined();
  });

  it('of reading is no value where it was expected, and thrown on where it was not', () => {
    expect(readable(() => JSON.parse('{') as unknown, 'SyntaxError')).toBeUndefined();
    expect(readable(() => 1, 'SyntaxError')).toBe(1);
    const denied = Object.assign(new Error('no'), { code: 'EACCES' });
    const read = () => {
      throw denied;
    };
    expect(readable(read, 'EACCES')).toBeUndefined();
    expect(() => readable(read, 'ENOENT')).toThrow(denied);
  });

  it('is told once in a row, and again after it was over', () => {
    const told: unknown[] = [];
    const trouble = new Trouble((error) => told.push(error));
    for (const error of ['a', 'b']) trouble.failed(error);
    trouble.over();
    trouble.failed('c');
    expect(told).toEqual(['a', 'c']);
  });
});

describe('a rest', () => {
  it('ends at the signal, and does not begin where that has been given', async () => {
    const signal = AbortSignal.timeout(20);
    await rest(3_600_000, signal);
    await rest(3_600_000, signal);
    await rest(1);
  });
});
