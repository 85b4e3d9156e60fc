import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { pack } from './pack.ts';
import { ArchiveError, encodeHeader } from './tar-header.ts';
import { unpack } from './unpack.ts';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);
const archive = (): string => at('backup.tar.gz');
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
    await unpack(archive(), at('target'));
    for (const [name, content] of Object.entries(files))
      expect((await readFile(at('target', 'postgres', name))).equals(content)).toBe(true);
    expect((await stat(at('target', 'postgres', 'empty-folder'))).isDirectory()).toBe(true);
    expect((await stat(at('target', 'postgres', 'one-block'))).mode & 0o777).toBe(0o640);
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
      await expect(unpack(archive(), at(`target-${index}`))).rejects.toThrow(ArchiveError);
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
      await expect(unpack(archive(), at('target'))).rejects.toThrow('outside its folder');
      expect(await readdir(folder)).toEqual(['backup.tar.gz']);
    },
  );
});
