import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openOperatorKey } from './operator-key.ts';

let dataDir: string;
beforeEach(async () => (dataDir = await mkdtemp(join(tmpdir(), 'operator-key-'))));
afterEach(() => rm(dataDir, { recursive: true }));

describe('the first operator key', () => {
  it('is made once, kept in a file of mode 0600, and told only once', async () => {
    const told: string[] = [];
    const announce = (text: string): void => void told.push(text);
    const key = await openOperatorKey({ dataDir, announce });
    expect(key).toMatch(/^smk_[\w-]{12}_[\w-]{43}$/);
    expect((await stat(join(dataDir, 'operator.key'))).mode & 0o777).toBe(0o600);
    expect((await readFile(join(dataDir, 'operator.key'), 'utf8')).trim()).toBe(key);
    expect(await openOperatorKey({ dataDir, announce })).toBe(key);
    expect(told).toEqual([expect.stringContaining(key)]);
  });
  it('is the variable’s as long as it is set, and no file is made', async () => {
    expect(await openOperatorKey({ dataDir, fromEnvironment: 'given' })).toBe('given');
    await expect(stat(join(dataDir, 'operator.key'))).rejects.toThrow('ENOENT');
  });
  it('needs the variable where there is no folder', async () => {
    await expect(openOperatorKey({})).rejects.toThrow(/^SMARTKEY_OPERATOR_KEY is missing/);
  });
  it('is refused where others than its owner may read its file', async () => {
    const key = await openOperatorKey({ dataDir });
    await chmod(join(dataDir, 'operator.key'), 0o640);
    await expect(openOperatorKey({ dataDir })).rejects.toThrow(
      /operator.key is open to others than its owner \(mode 640\): chmod 600 it/,
    );
    await chmod(join(dataDir, 'operator.key'), 0o600);
    expect(await openOperatorKey({ dataDir })).toBe(key);
  });
  it('an empty file is no key', async () => {
    await writeFile(join(dataDir, 'operator.key'), '\n', { mode: 0o600 });
    await expect(openOperatorKey({ dataDir })).rejects.toThrow(/operator.key is empty/);
  });
});
