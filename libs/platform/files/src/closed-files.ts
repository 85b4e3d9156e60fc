import { lstatSync } from 'node:fs';
import { chmod, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, OperatorError } from '@smartkey/lifecycle';
import { makeFolder } from './make-folder.ts';

/** Data on disk is open to other users of the machine, and cannot be closed to them. */
export class OpenToOthersError extends OperatorError {
  override readonly name = 'OpenToOthersError';
}

/** Of files that hold data, and of their folders: their owner's alone. */
export const FILE_MODE = 0o600;
export const FOLDER_MODE = 0o700;

export interface ClosedFolderOptions {
  /** What others may do with the folder (default: nothing). 0711: walk through it to what lies in it, if they know its name. */
  readonly mode?: number;
  /** What lies in a folder of ours. An open folder with other things and none of these is not ours to close. */
  readonly marks: readonly string[];
  /** Hears that the folder was open, in a sentence. */
  readonly warn: (message: string) => void;
}

/** Systems without these modes have other ways to keep users apart. */
const hasModes = process.platform !== 'win32';
const octal = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, '0');

/**
 * Makes a folder that only its owner may enter, or closes the one that is there.
 * @throws OpenToOthersError where it is open and cannot be closed, or is shared with other things.
 */
export async function closedFolder(folder: string, options: ClosedFolderOptions): Promise<void> {
  const { mode: wanted = FOLDER_MODE, marks, warn } = options;
  await makeFolder(folder, wanted);
  if (!hasModes) return;
  const { mode } = await stat(folder);
  if ((mode & 0o077 & ~wanted) === 0) return;
  const entries = await readdir(folder);
  const shared =
    (mode & 0o1000) !== 0 || (entries.length > 0 && !marks.some((mark) => entries.includes(mark)));
  if (shared)
    throw new OpenToOthersError(
      `the folder ${folder} is open to other users (mode ${octal(mode)}) and holds other things than data: ` +
        `name a folder of its own, or close this one first (chmod ${octal(wanted)})`,
    );
  const refused = (why: string, cause?: unknown): OpenToOthersError =>
    new OpenToOthersError(
      `the folder ${folder} is open to other users (mode ${octal(mode)}) and cannot be closed to them (${why}): ` +
        `let the user that runs this own it, on a file system that keeps modes, or close it (chmod ${octal(wanted)})`,
      { cause },
    );
  await chmod(folder, wanted).catch((cause: unknown) => {
    throw refused(codeOf(cause), cause);
  });
  // Some mounted file systems take any mode and keep their own.
  if (((await stat(folder)).mode & 0o077 & ~wanted) !== 0) throw refused('its mode stays as it was');
  warn(
    `the folder ${folder} was open to other users (mode ${octal(mode)}) and is closed to them now (${octal(wanted)}); ` +
      'what lies in it could be read until now',
  );
}

/**
 * Closes everything below a folder, and the folder itself: whatever made it asked for more. Links are left alone.
 * @throws OpenToOthersError naming what cannot be closed.
 */
export async function closeTree(folder: string): Promise<void> {
  if (!hasModes) return;
  await closeEntry(folder, FOLDER_MODE);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await closeTree(path);
    else if (entry.isFile()) await closeEntry(path, FILE_MODE);
  }
}

/** Asks without waiting in turn: a database has a thousand files, and to wait for an answer of microseconds costs ten times that. */
function closeEntry(path: string, wanted: number): Promise<void> | undefined {
  const { mode } = lstatSync(path);
  if ((mode & 0o7777) === wanted) return undefined;
  return chmod(path, wanted).catch((cause: unknown) => {
    throw new OpenToOthersError(
      `${path} is open to other users (mode ${octal(mode)}) and cannot be closed to them (${codeOf(cause)})`,
      { cause },
    );
  });
}
