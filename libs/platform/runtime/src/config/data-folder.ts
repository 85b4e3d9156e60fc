import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, OpenToOthersError } from '@smartkey/files';
import { FolderInUseError, ForeignFolderError } from '@smartkey/database';
import { ConfigurationError } from '@smartkey/configuration';

/** What the file system says, in words. */
const WORDS: Readonly<Record<string, string>> = {
  EROFS: 'lies on a file system that takes no writes',
  EACCES: 'may not be written to by this user',
  EPERM: 'may not be written to by this user',
  ENOSPC: 'lies on a disk that is full',
  EDQUOT: 'lies on a disk on which this user has no more room',
  ENOTDIR: 'is no folder, or lies in what is none',
  ENOENT: 'cannot be made: nothing can be made in the folder above it',
  ELOOP: 'leads in a circle of links',
  ENAMETOOLONG: 'is too long a name',
  EIO: 'lies on a disk that fails',
};

/**
 * Makes the data folder where it is missing, and proves that files can be written in it.
 * @param variable the one that says where it is, itself or by a file in it.
 * @throws ConfigurationError
 */
export async function proveDataFolder(folder: string, variable = 'SMARTKEY_DATA_DIR'): Promise<void> {
  try {
    await makeFolder(folder, 0o700);
    const probe = join(folder, 'write-probe');
    const file = await open(probe, 'w', 0o600);
    await file.close();
    await rm(probe, { force: true });
  } catch (error) {
    throw dataFolderError(folder, error, variable);
  }
}

/** What a failure at the data folder is told as: a sentence where people can put it right, else as it is. */
export function dataFolderError(folder: string, error: unknown, variable = 'SMARTKEY_DATA_DIR'): unknown {
  const { code = '', syscall, message } = error as NodeJS.ErrnoException;
  if (
    error instanceof FolderInUseError ||
    error instanceof ForeignFolderError ||
    error instanceof OpenToOthersError
  )
    return new ConfigurationError(variable, `cannot be used: ${message}`);
  const words = WORDS[code];
  if (words !== undefined) return new ConfigurationError(variable, `${words}: ${folder}`);
  return syscall === undefined ? error : new ConfigurationError(variable, `cannot be used: ${message}`);
}
