import { inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const STORED = 0;

/** The day that the first file of an archive bears, `2024-02-01` (APPNOTE 4.4.6). */
export function dayIn(archive: Buffer): string {
  const date = archive.readUInt16LE(12);
  const [year, month, day] = [1980 + (date >> 9), (date >> 5) & 0x0f, date & 0x1f];
  return [year, ...[month, day].map((part) => String(part).padStart(2, '0'))].join('-');
}

/** The files of a ZIP archive by their names, read by its central directory (APPNOTE 4.3.12, 4.3.16). */
export function unzipped(archive: Buffer): ReadonlyMap<string, Buffer> {
  const end = archive.length - 22;
  if (archive.readUInt32LE(end) !== END) throw new Error('the archive has no end');
  const files = new Map<string, Buffer>();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [method, size, header] = [
      archive.readUInt16LE(at + 10),
      archive.readUInt32LE(at + 20),
      archive.readUInt32LE(at + 42),
    ];
    const [name, extra, comment] = [28, 30, 32].map((field) => archive.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    const content = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
    const bytes = archive.subarray(content, content + size);
    files.set(
      archive.subarray(at + 46, at + 46 + name).toString(),
      method === STORED ? bytes : inflateRawSync(bytes),
    );
    at += 46 + name + extra + comment;
  }
  return files;
}
