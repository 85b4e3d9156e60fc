/** A file of a tar, or a folder, which has no bytes. */
export interface TarEntry {
  /** Relative, with `/`. */
  readonly path: string;
  readonly bytes: Buffer | undefined;
}

const BLOCK = 512;

const text = (header: Buffer, from: number, length: number): string => {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? length : end);
};

/**
 * The entries of a tar (POSIX.1-1988, ustar) that this program has made itself.
 * @throws Error where there is anything else in it than files and folders below the one it is opened in, or where it ends too early.
 */
export function* readTar(tar: Buffer): Generator<TarEntry> {
  for (let at = 0; at + BLOCK <= tar.length;) {
    const header = tar.subarray(at, at + BLOCK);
    // Two blocks of nothing are its end.
    if (header.every((byte) => byte === 0)) return;
    const prefix = text(header, 345, 155);
    const name = text(header, 0, 100);
    const path = (prefix === '' ? name : `${prefix}/${name}`).replace(/^\/+|\/+$/g, '');
    const size = Number.parseInt(text(header, 124, 12), 8) || 0;
    const type = text(header, 156, 1);
    at += BLOCK;
    if (path.split('/').some((part) => part === '' || part === '.' || part === '..'))
      throw new Error(`a tar holds ${JSON.stringify(path)}`);
    if (type === '5') yield { path, bytes: undefined };
    else if (type === '0' || type === '') {
      if (at + size > tar.length) throw new Error('a tar ends before its files do');
      yield { path, bytes: tar.subarray(at, at + size) };
      at += Math.ceil(size / BLOCK) * BLOCK;
    } else throw new Error(`a tar holds an entry of type ${type}`);
  }
  throw new Error('a tar has no end');
}
