/**
 * The partition of a stream out of so many: FNV-1a over UTF-8, so that any program can tell it again.
 * @param of the number of partitions, at least 1.
 */
export function partitionOf(stream: string, of: number): number {
  if (of === 1) return 0;
  let hash = 0x811c9dc5;
  for (let index = 0; index < stream.length; index += 1) {
    const code = stream.charCodeAt(index);
    if (code > 0x7f) return (hashOf(Buffer.from(stream, 'utf8')) >>> 0) % of;
    // One byte of UTF-8, as nearly always: no buffer is made for it.
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  return (hash >>> 0) % of;
}

function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}
