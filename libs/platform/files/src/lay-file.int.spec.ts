import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layFile } from './lay-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smartkey-laid-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('a file that is laid is its owner’s alone, takes the place of the one before, and leaves nothing beside it', async () => {
  const place = join(folder, 'out');
  await layFile(place, 'a.xml', Buffer.from('first, and longer'));
  // A process that was killed has left half a file.
  await writeFile(join(place, 'a.xml.part'), 'half of something that is longer than what follows');
  await layFile(place, 'a.xml', Buffer.from('second'));
  expect(await readdir(place)).toEqual(['a.xml']);
  expect(await readFile(join(place, 'a.xml'), 'utf8')).toBe('second');
  expect((await stat(place)).mode & 0o777).toBe(0o700);
  expect((await stat(join(place, 'a.xml'))).mode & 0o777).toBe(0o600);
});
it('where it cannot be laid that is said', async () => {
  await writeFile(join(folder, 'no-folder'), '');
  await expect(layFile(join(folder, 'no-folder'), 'a.xml', Buffer.from('x'))).rejects.toThrow();
});
