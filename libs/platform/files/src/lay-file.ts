import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { FILE_MODE, FOLDER_MODE } from './closed-files.ts';
import { makeFolder } from './make-folder.ts';

/**
 * Lays a file into a folder that others take it from: it appears whole or not at all, for its owner alone, and is on the disk when this resolves, so
 * that it may be told of. A file of the same name is replaced. Where the process ends meanwhile `<name>.part` is left, which the next try
 * writes over.
 */
export async function layFile(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  await makeFolder(folder, FOLDER_MODE);
  const file = join(folder, name);
  const part = await open(`${file}.part`, 'w', FILE_MODE);
  try {
    await part.chmod(FILE_MODE);
    await part.writeFile(bytes);
    await part.sync();
  } finally {
    await part.close();
  }
  await rename(`${file}.part`, file);
  await syncFolder(folder);
}

/** Names in a folder are on the disk too. Some systems cannot open a folder: there the name may be lost with the power. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
