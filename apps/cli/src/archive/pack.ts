import { BLOCK, encodeHeader, FILE_MODE, FOLDER_MODE, paddingOf, type TarEntry } from '@smartkey/files';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** A file of the archive that is made of text. */
export interface Note {
  readonly name: string;
  readonly text: string;
}

/**
 * Packs a folder whose files stand still into a gzipped tar, notes first. Memory does not grow with the folder. The archive has its
 * name only once it is whole and on the disk; it is for its owner alone.
 */
export async function pack(
  folder: string,
  as: string,
  notes: readonly Note[],
  target: string,
): Promise<void> {
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    await pipeline(
      blocks(folder, as, notes),
      createGzip(),
      createWriteStream(temporary, { mode: FILE_MODE, flags: 'wx', flush: true }),
    );
    await rename(temporary, target);
    await syncFolder(dirname(target));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function* blocks(folder: string, as: string, notes: readonly Note[]): AsyncGenerator<Buffer> {
  for (const { name, text } of notes) {
    const content = Buffer.from(text);
    yield* whole({ name, kind: 'file', size: content.length, mode: FILE_MODE }, [content]);
  }
  yield encodeHeader({ name: as, kind: 'folder', size: 0, mode: FOLDER_MODE });
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const names = entries.map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }));
  for (const { entry, path } of names.sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const name = `${as}${path.slice(folder.length).replaceAll('\\', '/')}`;
    const { size } = await stat(path);
    if (entry.isDirectory()) yield encodeHeader({ name, kind: 'folder', size: 0, mode: FOLDER_MODE });
    else if (entry.isFile())
      yield* whole({ name, kind: 'file', size, mode: FILE_MODE }, size > 0 ? createReadStream(path) : []);
  }
  yield Buffer.alloc(2 * BLOCK);
}

async function* whole(
  entry: TarEntry,
  content: AsyncIterable<Buffer> | Iterable<Buffer>,
): AsyncGenerator<Buffer> {
  yield encodeHeader(entry);
  let written = 0;
  for await (const chunk of content) {
    written += chunk.length;
    yield chunk;
  }
  if (written !== entry.size) throw new Error(`${entry.name} changed while it was read`);
  yield Buffer.alloc(paddingOf(entry.size));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}
