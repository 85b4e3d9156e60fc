import { open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '@smartkey/lifecycle';
import { WritesUnavailableError } from '../database.port.ts';

/** PostgreSQL makes its write-ahead log in segments of 16 MiB, and ends where it cannot make the next: one, and one to spare. */
const LEAST_FREE_BYTES = 32 * 1024 * 1024;

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk of the data folder is full',
  EDQUOT: 'the user has no more room on the disk of the data folder',
  EROFS: 'the file system of the data folder takes no writes',
  EIO: 'the disk of the data folder fails',
  EACCES: 'the data folder may not be written to',
  EPERM: 'the data folder may not be written to',
  ENOENT: 'the data folder is gone',
};

/**
 * Proves that the embedded database could keep what is written now.
 * @throws WritesUnavailableError saying why not.
 */
export async function proveFolderWrites(folder: string): Promise<void> {
  const probe = join(folder, 'write-probe');
  try {
    const file = await open(probe, 'w', 0o600);
    try {
      await file.writeFile(Buffer.alloc(8_192));
    } finally {
      await file.close();
    }
    await rm(probe, { force: true });
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize >= LEAST_FREE_BYTES) return;
  } catch (cause) {
    const reason = REASONS[codeOf(cause)];
    if (reason === undefined) throw cause;
    throw new WritesUnavailableError(reason, { cause });
  }
  throw new WritesUnavailableError(
    `the disk of the data folder is full but for less than ${LEAST_FREE_BYTES / 1024 / 1024} MiB`,
  );
}
