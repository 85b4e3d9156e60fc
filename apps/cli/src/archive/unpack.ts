import { FILE_MODE, FOLDER_MODE } from '@smartkey/files';
import { createReadStream } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { ArchiveError, BLOCK, decodeHeader, paddingOf, shown, type TarEntry } from './tar-header.ts';

/** How much an archive may unpack to. */
export interface UnpackLimits {
  readonly bytes: number;
  /** Why no more bytes, to end the sentence that refuses them. */
  readonly because: string;
  readonly entries: number;
}

/** Zeros that a tar may be filled up with behind its end. */
const MOST_FILLING = 1024 * 1024;

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
    await entries(new Blocks(file.pipe(gunzip)), folder, limits);
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}

async function entries(source: Blocks, folder: string, limits: UnpackLimits): Promise<void> {
  let bytes = 0;
  for (let count = 1; ; count += 1) {
    const entry = decodeHeader(await source.take(BLOCK));
    if (entry === undefined) return source.end(MOST_FILLING);
    if (
      entry.name
        .split('/')
        .some((part) => part === '' || part === '.' || part === '..' || part.includes('\\'))
    )
      throw new ArchiveError(`the archive names a file outside its folder: ${shown(entry.name)}`);
    bytes += entry.size;
    if (count > limits.entries)
      throw new ArchiveError(`the archive holds more than ${limits.entries} files and folders`);
    if (bytes > limits.bytes)
      throw new ArchiveError(
        `the archive unpacks to more than ${limits.bytes} bytes, from ${shown(entry.name)} on: ${limits.because}`,
      );
    await write(source, entry, join(folder, entry.name));
  }
}

async function write(source: Blocks, entry: TarEntry, path: string): Promise<void> {
  if (entry.kind === 'folder') {
    if (entry.size !== 0)
      throw new ArchiveError(`the folder ${shown(entry.name)} of the archive has content`);
    await make(entry, () => mkdir(path, { recursive: true, mode: FOLDER_MODE }));
    return;
  }
  await make(entry, () => mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE }));
  const file = await make(entry, () => open(path, 'wx', FILE_MODE));
  try {
    await copy(source, entry.size, file);
    await file.sync();
  } finally {
    await file.close();
  }
  await source.take(paddingOf(entry.size));
}

/** What the archive itself makes impossible: two entries of one name, a file that is a folder too, a name too long. */
const IMPOSSIBLE = ['EEXIST', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'];

async function make<T>(entry: TarEntry, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (!IMPOSSIBLE.includes(code)) throw cause;
    throw new ArchiveError(`the archive’s ${shown(entry.name)} cannot be written (${code})`, { cause });
  }
}

async function copy(source: Blocks, size: number, file: FileHandle): Promise<void> {
  for (let left = size; left > 0;) {
    const chunk = await source.take(Math.min(left, 65_536));
    await file.writeFile(chunk);
    left -= chunk.length;
  }
}

/** Takes exactly so many bytes at a time out of a stream. */
class Blocks {
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async take(count: number): Promise<Buffer> {
    while (this.#held.length < count) {
      const next = await this.#next();
      if (next.done) throw new ArchiveError('the archive ends in the middle');
      this.#held = Buffer.concat([this.#held, next.value]);
    }
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    return taken;
  }

  /** Reads to the end of the stream, where its checksum is proved; only zeros may come. */
  async end(most: number): Promise<void> {
    for (let read = 0; ;) {
      read += this.#held.length;
      if (read > most || this.#held.some((byte) => byte !== 0))
        throw new ArchiveError('the archive goes on behind its end');
      const next = await this.#next();
      if (next.done) return;
      this.#held = next.value;
    }
  }

  async #next(): Promise<IteratorResult<Buffer>> {
    try {
      return await this.#chunks.next();
    } catch (cause) {
      throw new ArchiveError('the archive cannot be read: it is no gzip, or damaged', { cause });
    }
  }
}
