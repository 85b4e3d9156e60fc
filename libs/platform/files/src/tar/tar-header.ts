import { OperatorError } from '@smartkey/lifecycle';

/** The part of the POSIX tar format (ustar) that a backup needs: files and folders, names of up to 255 bytes. */
export interface TarEntry {
  /** Relative, with slashes; a folder's has none at its end. */
  readonly name: string;
  readonly kind: 'file' | 'folder';
  readonly size: number;
  readonly mode: number;
}

export const BLOCK = 512;

/** Zeros that fill content up to a whole number of blocks. */
export const paddingOf = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

/** A file is no archive of ours, or a damaged one. */
export class ArchiveError extends OperatorError {
  override readonly name = 'ArchiveError';
}

const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;

export function encodeHeader({ name, kind, size, mode }: TarEntry): Buffer {
  const header = Buffer.alloc(BLOCK);
  const [prefix, short] = splitName(kind === 'folder' ? `${name}/` : name);
  header.write(short, 0, 100);
  header.write(octal(mode, 8), 100);
  header.write(octal(0, 8) + octal(0, 8), 108);
  header.write(octal(size, 12), 124);
  header.write(octal(0, 12), 136);
  header.write(' '.repeat(8), 148);
  header.write(kind === 'folder' ? '5' : '0', 156);
  header.write('ustar\x0000', 257);
  header.write(prefix, 345, 155);
  header.write(octal(checksum(header), 7), 148);
  return header;
}

/** @returns `undefined` for the empty block that ends an archive. @throws ArchiveError */
export function decodeHeader(header: Buffer): TarEntry | undefined {
  if (header.every((byte) => byte === 0)) return undefined;
  const text = (from: number, length: number): string => {
    const end = header.indexOf(0, from);
    return header.toString('utf8', from, end === -1 || end > from + length ? from + length : end);
  };
  const number = (from: number, length: number): number => {
    const digits = text(from, length).trim();
    if (!/^[0-7]+$/.test(digits)) throw new ArchiveError('a header of the archive is damaged');
    return parseInt(digits, 8);
  };
  const sum = number(148, 8);
  const unsummed = Buffer.from(header);
  unsummed.write(' '.repeat(8), 148);
  if (checksum(unsummed) !== sum || !text(257, 6).startsWith('ustar'))
    throw new ArchiveError('a header of the archive is damaged');
  const name = [text(345, 155), text(0, 100)].filter((part) => part !== '').join('/');
  const type = text(156, 1);
  if (type !== '0' && type !== '5')
    throw new ArchiveError(
      `the archive holds ${KINDS[type] ?? 'an entry of an unknown kind'}, ${shown(name)}: a backup has only files and folders`,
    );
  return {
    name: name.replace(/\/$/, ''),
    kind: type === '5' ? 'folder' : 'file',
    size: number(124, 12),
    mode: number(100, 8),
  };
}

/** A name as a message may show it: whoever made the archive chose it. */
export const shown = (name: string): string => JSON.stringify(name);

const KINDS: Readonly<Record<string, string>> = {
  '1': 'a hard link',
  '2': 'a symbolic link',
  '3': 'a character device',
  '4': 'a block device',
  '6': 'a pipe',
  x: 'an extended header',
  g: 'an extended header',
};

const checksum = (header: Buffer): number => header.reduce((sum, byte) => sum + byte, 0);

function splitName(name: string): [prefix: string, name: string] {
  if (Buffer.byteLength(name) <= 100) return ['', name];
  for (let at = name.indexOf('/'); at !== -1; at = name.indexOf('/', at + 1)) {
    const [prefix, rest] = [name.slice(0, at), name.slice(at + 1)];
    if (rest !== '' && Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(rest) <= 100)
      return [prefix, rest];
  }
  throw new ArchiveError(`${name} is too long a name for the archive`);
}
