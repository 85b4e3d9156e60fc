import type { EncodedRecord } from './cloud-event.codec.ts';

/** What a batch takes besides its records (Kafka's record batch, magic 2): brokers count it against their limit too. */
export const BATCH_OVERHEAD_BYTES = 61;

/** Bytes of a zigzag varint of a number that is not negative. */
function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value * 2; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes += 1;
  return bytes;
}

const counted = (text: string): number => {
  const bytes = Buffer.byteLength(text);
  return varintBytes(bytes) + bytes;
};

/** Attributes, and at most so much for the differences of time and offset to the batch's first record. */
const FIXED_BYTES = 1 + 5 + 5;

/** The bytes that a record takes in a batch that is not compressed, or up to 10 more than that. */
export function sizeOfRecord({ key, value, headers }: EncodedRecord): number {
  const entries = Object.entries(headers);
  let body = FIXED_BYTES + counted(key) + counted(value) + varintBytes(entries.length);
  for (const [name, text] of entries) body += counted(name) + counted(text);
  return varintBytes(body) + body;
}

/**
 * Cuts records into batches, in their order, none of them over the limit but of a single record that is so by itself.
 * @param limitBytes of a whole batch.
 */
export function* cutByBytes<T extends { readonly bytes: number }>(
  records: readonly T[],
  limitBytes: number,
): Generator<readonly T[]> {
  let batch: T[] = [];
  let size = BATCH_OVERHEAD_BYTES;
  for (const record of records) {
    if (batch.length > 0 && size + record.bytes > limitBytes) {
      yield batch;
      batch = [];
      size = BATCH_OVERHEAD_BYTES;
    }
    batch.push(record);
    size += record.bytes;
  }
  if (batch.length > 0) yield batch;
}
