import { createReadStream } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { ArchiveError, BLOCK, decodeHeader, paddingOf, type TarEntry } from './tar-header.ts';

/**
 * Unpacks an archive into a folder, which must be new. Memory does not grow with the archive.
 * @throws ArchiveError for what is no whole archive, or one that would write outside the folder.
 */
export async function unpack(archive: string, folder: string): Promise<void> {
  const source = new Blocks(createReadStream(archive).pipe(createGunzip()));
  for (;;) {
    const entry = decodeHeader(await source.take(BLOCK));
    if (entry === undefined) return;
    if (
      entry.name
        .split('/')
        .some((part) => part === '' || part === '.' || part === '..' || part.includes('\\'))
    )
      throw new ArchiveError('the archive names a file outside its folder');
    await write(source, entry, join(folder, entry.name));
  }
}

async function write(source: Blocks, entry: TarEntry, path: string): Promise<void> {
  if (entry.kind === 'folder') {
    await mkdir(path, { recursive: true, mode: entry.mode });
    return;
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, 'wx', entry.mode);
  try {
    await copy(source, entry.size, file);
    await file.sync();
  } finally {
    await file.close();
  }
  await source.take(paddingOf(entry.size));
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
  #held = Buffer.alloc(0);

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

  async #next(): Promise<IteratorResult<Buffer>> {
    try {
      return await this.#chunks.next();
    } catch (cause) {
      throw new ArchiveError('the archive cannot be read: it is no gzip, or damaged', { cause });
    }
  }
}
