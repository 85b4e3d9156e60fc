import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { pack } from './pack.ts';
import { ArchiveError, BLOCK, encodeHeader, type TarEntry } from '@smartkey/files';
import { unpack } from './unpack.ts';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);
const archive = (): string => at('backup.tar.gz');
const LIMITS = { bytes: 1_000_000, entries: 100, because: 'so it is' };
const LONG = `${'a'.repeat(90)}/${'b'.repeat(90)}`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smartkey-archive-'));
});
afterEach(() => rm(folder, { recursive: true }));

const files: Readonly<Record<string, Buffer>> = {
  empty: Buffer.alloc(0),
  'one-block': randomBytes(512),
  'one-more': randomBytes(513),
  'base/5/large': randomBytes(300_000),
  [`${LONG}/deep`]: Buffer.from('deep'),
  日本語: Buffer.from('字'),
};

async function packed(): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(at('source'), name, '..'), { recursive: true });
    await writeFile(at('source', name), content);
  }
  await mkdir(at('source', 'empty-folder'));
  await chmod(at('source', 'one-block'), 0o640);
  await pack(at('source'), 'postgres', [{ name: 'note.json', text: '{"a":1}' }], archive());
}

describe('an archive', () => {
  it('gives back every file and folder as it was', async () => {
    await packed();
    await unpack(archive(), at('target'), LIMITS);
    for (const [name, content] of Object.entries(files))
      expect((await readFile(at('target', 'postgres', name))).equals(content)).toBe(true);
    expect((await stat(at('target', 'postgres', 'empty-folder'))).isDirectory()).toBe(true);
    expect(await readFile(at('target', 'note.json'), 'utf8')).toBe('{"a":1}');
  });

  it('is for its owner alone, and leaves nothing else behind', async () => {
    await packed();
    expect((await stat(archive())).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).sort()).toEqual(['backup.tar.gz', 'source']);
  });

  it('is refused where it is cut, damaged, or something else', async () => {
    await packed();
    const bytes = await readFile(archive());
    const tar = gunzipSync(bytes);
    const damaged = Buffer.from(tar);
    damaged[3]! ^= 1;
    for (const [index, content] of [
      bytes.subarray(0, bytes.length >> 1),
      Buffer.from('no archive'),
      gzipSync(tar.subarray(0, 2_000)),
      gzipSync(damaged),
      Buffer.alloc(0),
    ].entries()) {
      await writeFile(archive(), content);
      await expect(unpack(archive(), at(`target-${index}`), LIMITS)).rejects.toThrow(ArchiveError);
    }
  });

  it.each(['../outside', '/etc/passwd', 'a/../../outside', './a', 'a//b'])(
    'never writes to %s',
    async (name) => {
      await writeFile(
        archive(),
        gzipSync(
          Buffer.concat([encodeHeader({ name, kind: 'file', size: 0, mode: 0o600 }), Buffer.alloc(1024)]),
        ),
      );
      await expect(unpack(archive(), at('target'), LIMITS)).rejects.toThrow('outside its folder');
      expect(await readdir(folder)).toEqual(['backup.tar.gz']);
    },
  );

  it('gives nobody else anything, whatever modes it names: no set-uid, nothing open', async () => {
    await tar(
      entry({ name: 'open', kind: 'folder', size: 0, mode: 0o777 }),
      entry({ name: 'open/set-uid', kind: 'file', size: 3, mode: 0o6755 }, 'abc'),
      entry({ name: 'open/none', kind: 'file', size: 0, mode: 0 }),
    );
    const umask = process.umask(0);
    await unpack(archive(), at('target'), LIMITS).finally(() => process.umask(umask));
    const modes = ['open', 'open/set-uid', 'open/none'].map(
      async (name) => (await stat(at('target', name))).mode & 0o7777,
    );
    expect(await Promise.all(modes)).toEqual([0o700, 0o600, 0o600]);
  });

  it.each([
    ['1', 'a hard link'],
    ['2', 'a symbolic link'],
    ['3', 'a character device'],
    ['4', 'a block device'],
    ['6', 'a pipe'],
    ['x', 'an extended header'],
    ['S', 'an entry of an unknown kind'],
  ])('with an entry of kind %s is refused by its name as %s', async (kind, words) => {
    await tar(
      entry({ name: 'first', kind: 'file', size: 0, mode: 0o600 }),
      ofKind(kind, 'postgres/odd\nname'),
    );
    await expect(unpack(archive(), at('target'), LIMITS)).rejects.toThrow(
      `the archive holds ${words}, "postgres/odd\\nname"`,
    );
    expect(await readdir(at('target'))).toEqual(['first']);
  });

  it('that unpacks to more than is allowed is refused before the disk fills', async () => {
    // 200 MB of zeros are 200 kB of gzip.
    const zeros = Buffer.alloc(200_000_000);
    await tar(entry({ name: 'small', kind: 'file', size: 5, mode: 0o600 }, 'small'), [
      encodeHeader({ name: 'huge', kind: 'file', size: zeros.length, mode: 0o600 }),
      zeros,
    ]);
    expect((await stat(archive())).size).toBeLessThan(1_000_000);
    await expect(unpack(archive(), at('target'), LIMITS)).rejects.toThrow(
      'the archive unpacks to more than 1000000 bytes, from "huge" on: so it is',
    );
    expect(await readdir(at('target'))).toEqual(['small']);
  });

  it('with too many entries is refused', async () => {
    await tar(
      ...Array.from({ length: 101 }, (_, n) => entry({ name: `f${n}`, kind: 'file', size: 0, mode: 0o600 })),
    );
    await expect(unpack(archive(), at('target'), LIMITS)).rejects.toThrow('more than 100 files and folders');
  });

  it.each([
    ['two entries of one name', ['a', 'a'], 'the archive’s "a" cannot be written (EEXIST)'],
    ['a file that is a folder too', ['a', 'a/b'], 'the archive’s "a/b" cannot be written'],
  ])('with %s is refused', async (_case, names, words) => {
    await tar(...names.map((name) => entry({ name, kind: 'file', size: 0, mode: 0o600 })));
    const refused = unpack(archive(), at('target'), LIMITS);
    await expect(refused).rejects.toBeInstanceOf(ArchiveError);
    await expect(refused).rejects.toThrow(words);
  });

  it('is refused where its checksum is wrong, or something follows its end', async () => {
    await packed();
    const bytes = await readFile(archive());
    bytes[bytes.length - 8]! ^= 1;
    await writeFile(archive(), bytes);
    await expect(unpack(archive(), at('t1'), LIMITS)).rejects.toThrow('no gzip, or damaged');
    await tar([Buffer.alloc(BLOCK), Buffer.from('more')]);
    await expect(unpack(archive(), at('t2'), LIMITS)).rejects.toThrow('goes on behind its end');
  });
});

/** An entry with its content, filled up. */
const entry = (header: TarEntry, content = ''): readonly Buffer[] => [
  encodeHeader(header),
  Buffer.concat([Buffer.from(content), Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]),
];

/** An entry of a kind that `encodeHeader` never makes. */
function ofKind(kind: string, name: string): readonly Buffer[] {
  const header = encodeHeader({ name, kind: 'file', size: 0, mode: 0o777 });
  header.write(kind, 156);
  header.write(' '.repeat(8), 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0`, 148);
  return [header];
}

const tar = (...entries: readonly (readonly Buffer[])[]): Promise<void> =>
  writeFile(archive(), gzipSync(Buffer.concat([...entries.flat(), Buffer.alloc(2 * BLOCK)])));
