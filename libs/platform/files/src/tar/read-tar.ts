import { ArchiveError, BLOCK, decodeHeader, paddingOf, shown, type TarEntry } from './tar-header.ts';

/** An entry with what it holds, which is read before the next entry is asked for. */
export interface TarContent extends TarEntry {
  /** In pieces as large as those of the source. */
  readonly content: AsyncIterable<Buffer>;
}

/** Zeros that a tar may be filled up with behind its end. */
const MOST_FILLING = 1024 * 1024;
/** Bytes of content that are waited for. */
const PIECE = 65_536;

/**
 * The files and folders of a tar (POSIX.1-1988, ustar), one after another. Memory does not grow with it.
 * @param root what each name in it begins with, and is left out of the names given: `/`, or nothing.
 * @throws ArchiveError where a name leads out of the folder it is opened in, for links, devices and extended headers, and where it is damaged, cut, or goes on
 *   behind its end.
 */
export async function* readTar(
  source: AsyncIterable<Buffer>,
  root: '' | '/' = '',
): AsyncGenerator<TarContent> {
  const blocks = new Blocks(source);
  for (;;) {
    const entry = decodeHeader(await blocks.take(BLOCK));
    if (entry === undefined) return blocks.end();
    const name = nameBelow(root, entry);
    if (entry.kind === 'folder' && entry.size !== 0)
      throw new ArchiveError(`the folder ${shown(name)} of the archive has content`);
    yield { ...entry, name, content: blocks.pieces(entry.size) };
    await blocks.take(paddingOf(entry.size));
  }
}

function nameBelow(root: string, { name }: TarEntry): string {
  const parts = name.slice(root.length).split('/');
  if (
    !name.startsWith(root) ||
    parts.some((part) => part === '' || part === '.' || part === '..' || part.includes('\\'))
  )
    throw new ArchiveError(`the archive names a file outside its folder: ${shown(name)}`);
  return parts.join('/');
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

  /** As much at once as is there. */
  async *pieces(size: number): AsyncGenerator<Buffer> {
    for (let left = size; left > 0;) {
      const piece = await this.take(Math.min(left, this.#held.length || PIECE));
      yield piece;
      left -= piece.length;
    }
  }

  /** Reads to the end of the stream, where its checksum is proved; only zeros may come. */
  async end(): Promise<void> {
    for (let read = 0; ;) {
      read += this.#held.length;
      if (read > MOST_FILLING || this.#held.some((byte) => byte !== 0))
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
