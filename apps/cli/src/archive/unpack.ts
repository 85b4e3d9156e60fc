import { ArchiveError, FILE_MODE, FOLDER_MODE, readTar, shown, type TarContent } from '@smartkey/files';
import { createReadStream } from 'node:fs';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createGunzip } from 'node:zlib';

/** How much an archive may unpack to. */
export interface UnpackLimits {
  readonly bytes: number;
  /** Why no more bytes, to end the sentence that refuses them. */
  readonly because: string;
  readonly entries: number;
}

/**
 * Unpacks an archive into a folder, which must be new. Memory does not grow with the archive, and the disk not beyond the limits: what
 * would go beyond them is refused before it is written. Files and folders are for their owner alone, whatever the archive says.
 * @throws ArchiveError for what is no whole archive, one that would write outside the folder or beyond the limits, and one with links or
 *   devices.
 */
export async function unpack(archive: string, folder: string, limits: UnpackLimits): Promise<void> {
  const file = createReadStream(archive);
  const gunzip = createGunzip();
  file.on('error', (error) => gunzip.destroy(error));
  try {
    let bytes = 0;
    let count = 0;
    for await (const entry of readTar(file.pipe(gunzip))) {
      bytes += entry.size;
      count += 1;
      if (count > limits.entries)
        throw new ArchiveError(`the archive holds more than ${limits.entries} files and folders`);
      if (bytes > limits.bytes)
        throw new ArchiveError(
          `the archive unpacks to more than ${limits.bytes} bytes, from ${shown(entry.name)} on: ${limits.because}`,
        );
      await write(entry, join(folder, entry.name));
    }
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}

async function write(entry: TarContent, path: string): Promise<void> {
  const parent = entry.kind === 'folder' ? path : dirname(path);
  await make(entry, () => mkdir(parent, { recursive: true, mode: FOLDER_MODE }));
  if (entry.kind === 'folder') return;
  const file = await make(entry, () => open(path, 'wx', FILE_MODE));
  try {
    await writeFile(file, entry.content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** What the archive itself makes impossible: two entries of one name, a file that is a folder too, a name too long. */
const IMPOSSIBLE = ['EEXIST', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'];

async function make<T>(entry: TarContent, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (!IMPOSSIBLE.includes(code)) throw cause;
    throw new ArchiveError(`the archive’s ${shown(entry.name)} cannot be written (${code})`, { cause });
  }
}
