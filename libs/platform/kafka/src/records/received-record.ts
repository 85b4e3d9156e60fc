import type { IHeaders, KafkaMessage } from 'kafkajs';
import { createRequire } from 'node:module';
import { bytesOfHeaders, headersAt, RecordHeaders } from './record-headers.ts';
import { VarintReader } from './varint.ts';

/** What the library knows of the batch that a record lies in. */
interface BatchContext {
  readonly firstOffset: string;
  readonly firstTimestamp: string;
  readonly maxTimestamp: string;
  /** 1: the broker's time of the append counts. */
  readonly timestampType: number;
  readonly isControlBatch: boolean;
  readonly magicByte: number;
}

const APPEND_TIME = 1;

/**
 * A record of a fetch as its bytes: key, value and headers are looked at only where somebody asks for them. It has the form of the
 * library's own, which copies an object for each header of a record and takes most of the time of a consumer.
 */
export class ReceivedRecord {
  readonly size?: never;
  readonly attributes: number;
  readonly offset: string;
  readonly isControlRecord: boolean;
  readonly #bytes: Buffer;
  readonly #timestampDelta: number;
  readonly #key: number;
  readonly #value: number;
  readonly #headers: number;

  /** @param bytes of the one record, without its length. */
  constructor(
    bytes: Buffer,
    readonly batchContext: BatchContext,
  ) {
    const reader = new VarintReader(bytes);
    this.#bytes = bytes;
    this.attributes = bytes[0] ?? 0;
    reader.at = 1;
    this.#timestampDelta = reader.nextLong();
    this.offset = offsetOf(batchContext.firstOffset, reader.next());
    this.isControlRecord = batchContext.isControlBatch;
    this.#key = reader.at;
    this.#value = skip(reader);
    this.#headers = skip(reader);
  }

  get magicByte(): number {
    return this.batchContext.magicByte;
  }

  get timestamp(): string {
    const { timestampType, maxTimestamp, firstTimestamp } = this.batchContext;
    if (timestampType === APPEND_TIME && Number(maxTimestamp) !== 0) return maxTimestamp;
    return String(Number(firstTimestamp) + this.#timestampDelta);
  }

  /** How many bytes it takes, headers and all. */
  get byteLength(): number {
    return this.#bytes.length;
  }

  get key(): Buffer | null {
    return bytesAt(this.#bytes, this.#key);
  }

  get value(): Buffer | null {
    return bytesAt(this.#bytes, this.#value);
  }

  get headers(): IHeaders {
    return headersAt(this.#bytes, this.#headers);
  }

  /** Those that the codec reads. @throws UndecodableRecordError where they are cut short. */
  readHeaders(): RecordHeaders {
    return new RecordHeaders(this.#bytes, this.#headers);
  }
}

function offsetOf(first: string, delta: number): string {
  const offset = Number(first) + delta;
  return Number.isSafeInteger(offset) ? String(offset) : String(BigInt(first) + BigInt(delta));
}

/** Steps over bytes with their length before them. @returns where it has come to. */
function skip(reader: VarintReader): number {
  const length = reader.next();
  return (reader.at += Math.max(0, length));
}

function bytesAt(bytes: Buffer, at: number): Buffer | null {
  const reader = new VarintReader(bytes);
  reader.at = at;
  const length = reader.next();
  return length < 0 ? null : bytes.subarray(reader.at, reader.at + length);
}

/** How many bytes a record takes, whoever has read it. */
export function bytesOfRecord(record: KafkaMessage): number {
  if (record instanceof ReceivedRecord) return record.byteLength;
  return (
    (record.key?.length ?? 0) + (record.value?.length ?? 0) + bytesOfHeaders(record.headers ?? {}).length
  );
}

/** As the library calls what decodes a record. */
type RecordDecoder = (decoder: { readonly buffer: Buffer }, context: BatchContext) => unknown;

const require = createRequire(import.meta.url);
const DECODER = 'kafkajs/src/protocol/recordBatch/record/v0/decoder.js';

/**
 * Lets the library make records of this form. It loads what decodes a fetch with the first one, so this must come before. The version
 * of the library is pinned; a spec holds that both forms say the same.
 */
export function receiveRecordsAsBytes(): void {
  const decode: RecordDecoder = ({ buffer }, context) => new ReceivedRecord(buffer, context);
  require(DECODER);
  require.cache[require.resolve(DECODER)]!.exports = decode;
}
