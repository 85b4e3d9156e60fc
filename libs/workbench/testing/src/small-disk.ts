import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, rm, statfs, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isOneOf } from '@smartkey/lifecycle';

const run = promisify(execFile);

/** A file system of its own, in memory, that can be full. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes all the room there is but for so many bytes. */
  fill(leftBytes?: number): Promise<void>;
  /** Gives that room back. */
  empty(): Promise<void>;
  /** Takes no writes any more, or takes them again. */
  readOnly(on: boolean): Promise<void>;
  remove(): Promise<void>;
}

/** @returns undefined where this user may mount nothing: then there is no such disk to test with. */
export async function smallDisk(megabytes: number): Promise<SmallDisk | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const folder = join(tmpdir(), `smartkey-disk-${process.pid}-${randomBytes(4).toString('hex')}`);
  await mkdir(folder);
  const mounted = await run('mount', [
    '-t',
    'tmpfs',
    '-o',
    `size=${megabytes}m,mode=755`,
    'tmpfs',
    folder,
  ]).then(
    () => true,
    // A container that was not given the right to.
    (error: { readonly stderr?: string }) => {
      if (!/permission denied|not permitted|must be superuser/i.test(error.stderr ?? '')) throw error;
      return false;
    },
  );
  if (!mounted) {
    await rm(folder, { recursive: true });
    return undefined;
  }
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fill: async (leftBytes = 0) => {
      await writeFile(ballast, '', { flag: 'a' });
      const { bavail, bsize } = await statfs(folder);
      const bytes = bavail * bsize - leftBytes;
      if (bytes <= 0) return;
      try {
        await writeFile(ballast, Buffer.alloc(bytes), { flag: 'a' });
      } catch (error) {
        // Somebody else has taken of it meanwhile: it is full.
        if (!isOneOf(error, ['ENOSPC'])) throw error;
      }
    },
    empty: () => truncate(ballast, 0),
    readOnly: async (on) => {
      await run('mount', ['-o', `remount,${on ? 'ro' : 'rw'}`, folder]);
    },
    remove: async () => {
      await run('umount', ['-l', folder]);
      await rm(folder, { recursive: true });
    },
  };
}
