import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isOneOf } from '@smartkey/lifecycle';

/**
 * Makes a folder and those above it that are missing. Node's own recursive `mkdir` tries for ever where the file system says that the
 * place does not exist and makes nothing there (`/proc`), and no signal ends it.
 * @throws what the file system says, with its code.
 */
export async function makeFolder(folder: string, mode: number): Promise<void> {
  const missing: string[] = [];
  let place = resolve(folder);
  while (!(await exists(place)) && place !== dirname(place)) {
    missing.unshift(place);
    place = dirname(place);
  }
  for (const each of missing) {
    try {
      await mkdir(each, { mode });
    } catch (error) {
      // Somebody else was faster.
      if (!isOneOf(error, ['EEXIST'])) throw error;
    }
  }
  if (!(await stat(folder)).isDirectory())
    throw Object.assign(new Error(`ENOTDIR: ${folder} is no folder`), { code: 'ENOTDIR' });
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isOneOf(error, ['ENOENT'])) return false;
    throw error;
  }
}
