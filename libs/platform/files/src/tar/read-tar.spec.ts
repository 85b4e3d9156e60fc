import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { readTar } from './read-tar.ts';
import { ArchiveError, encodeHeader, paddingOf, type TarEntry } from './tar-header.ts';

const entry = (name: string, kind: TarEntry['kind'], content = ''): Buffer =>
  Buffer.concat([
    encodeHeader({ name, kind, size: content.length, mode: 0o600 }),
    Buffer.from(content),
    Buffer.alloc(paddingOf(content.length)),
  ]);
const END = Buffer.alloc(1024);

async function read(root: '' | '/', ...parts: readonly Buffer[]): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const { name, kind, content } of readTar(Readable.from(parts), root)) {
    const pieces: Buffer[] = [];
    for await (const piece of content) pieces.push(piece);
    found.push([name, kind, Buffer.concat(pieces).toString()]);
  }
  return found;
}

describe('a tar', () => {
  it.each(['', '/'] as const)(
    'gives folders and files, below the folder that it is opened in, %j',
    async (root) => {
      const parts = [
        entry(`${root}base`, 'folder'),
        entry(`${root}base/1`, 'file', 'x'.repeat(70_000)),
        entry(`${root}PG_VERSION`, 'file', '18'),
      ];
      expect(await read(root, ...parts, END)).toEqual([
        ['base', 'folder', ''],
        ['base/1', 'file', 'x'.repeat(70_000)],
        ['PG_VERSION', 'file', '18'],
      ]);
    },
  );

  it.each([
    ['a way out', entry('/../x', 'file', 'y')],
    ['a way out of one', entry('//x', 'file', 'y')],
    ['a name that is not below its root', entry('x', 'file', 'y')],
    ['a link', encodeHeader({ name: '/x', kind: 'file', size: 0, mode: 0o600 }).fill('2', 156, 157)],
    ['a folder with content', entry('/x', 'folder', 'y')],
    ['a file that is cut off', entry('/x', 'file', 'y'.repeat(600)).subarray(0, 1024)],
    ['no end', entry('/x', 'file', 'y')],
  ])('refuses %s', async (_what, tar) => {
    await expect(read('/', tar)).rejects.toBeInstanceOf(ArchiveError);
  });
});
