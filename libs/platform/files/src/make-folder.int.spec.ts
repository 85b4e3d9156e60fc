import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeFolder } from './make-folder.ts';

describe('a folder that is to be made', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smartkey-folders-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is made with all above it, closed to others, also by several at once and when it is there', async () => {
    const deep = join(folder, 'a', 'b', 'c');
    await Promise.all([1, 2, 3].map(() => makeFolder(deep, 0o700)));
    await makeFolder(deep, 0o700);
    for (const each of [deep, join(folder, 'a')]) expect((await stat(each)).mode & 0o777).toBe(0o700);
  });

  it('is refused where nothing can be made, instead of being tried for ever', async () => {
    for (const place of ['/proc/smartkey/data', '/proc/self/smartkey'])
      await expect(makeFolder(place, 0o700)).rejects.toMatchObject({ code: 'ENOENT' });
    await writeFile(join(folder, 'file'), '');
    await expect(makeFolder(join(folder, 'file'), 0o700)).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(makeFolder(join(folder, 'file', 'below'), 0o700)).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});
