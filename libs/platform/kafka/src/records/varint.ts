/** Reads the zigzag varints of Kafka's record format, one behind the other. */
export class VarintReader {
  at = 0;

  constructor(readonly bytes: Uint8Array) {}

  /** Of 32 bits. Behind the end of the bytes there are zeros. */
  next(): number {
    let value = 0;
    let byte = 0x80;
    for (let shift = 0; byte >= 0x80 && shift < 35; shift += 7) {
      byte = this.bytes[this.at++] ?? 0;
      value |= (byte & 0x7f) << shift;
    }
    return (value >>> 1) ^ -(value & 1);
  }

  /** Of 64 bits, as an exact number where it is below 2^53. */
  nextLong(): number {
    let value = 0;
    let factor = 1;
    for (let byte = 0x80; byte >= 0x80 && factor < 2 ** 70; factor *= 0x80) {
      byte = this.bytes[this.at++] ?? 0;
      value += (byte & 0x7f) * factor;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

/** A zigzag varint of 32 bits. */
export function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = ((value << 1) ^ (value >> 31)) >>> 0; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}
