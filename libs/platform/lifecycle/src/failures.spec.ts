import { describe, expect, it } from '@jest/globals';
import { codeOf, ended, messageOf, readable, Trouble } from './failures.ts';

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

  it('is known by its code and its message, whatever was thrown', () => {
    const denied = Object.assign(new Error('no'), { code: 'EACCES' });
    expect([denied, { code: 1 }, new Error('no'), 'a word', null, undefined].map(codeOf)).toEqual([
      'EACCES',
      '1',
      'undefined',
      'undefined',
      'undefined',
      'undefined',
    ]);
    expect([denied, 'a word', null].map(messageOf)).toEqual(['no', 'a word', 'null']);
  });

  it('is told once in a row, and again after it was over, when the row is counted', () => {
    const told: unknown[] = [];
    const trouble = new Trouble(
      (error) => told.push(error),
      (failures) => told.push(failures),
    );
    trouble.over();
    for (const error of ['a', 'b', 'c']) trouble.failed(error);
    trouble.over();
    trouble.over();
    trouble.failed('d');
    expect(told).toEqual(['a', 3, 'd']);
  });

  it('of another class than those before is told too', () => {
    const told: unknown[] = [];
    const trouble = new Trouble((error) => told.push((error as Error).message));
    for (const error of [new Error('away'), new TypeError('broken'), new Error('away'), new TypeError('yet')])
      trouble.failed(error);
    expect(told).toEqual(['away', 'broken']);
  });
});
