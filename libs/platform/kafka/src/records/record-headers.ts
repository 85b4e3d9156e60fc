import { parsePosition } from '@smartkey/kernel';
import type { IHeaders } from 'kafkajs';
import { UndecodableRecordError } from './undecodable-record-error.ts';
import { varint, VarintReader } from './varint.ts';

/** The headers that are read, nearly in the order in which the relay writes them. */
const NAMES = [
  'ce_specversion',
  'ce_id',
  'ce_source',
  'ce_type',
  'ce_time',
  'ce_subject',
  'ce_recordedtime',
  'ce_revision',
  'ce_position',
  'ce_previous',
  'content-type',
  'ce_system',
  'ce_hash',
  'ce_contract',
  'traceparent',
  'ce_incarnation',
] as const;
export type HeaderName = (typeof NAMES)[number];

const SLOTS: ReadonlyMap<string, number> = new Map(NAMES.map((name, slot) => [name, slot]));
const NAME_BYTES = NAMES.map((name) => Buffer.from(name));
const MISSING = -1;
const REPEATED = -2;
const ZERO = 0x30;

/** Headers as they lie in a record: each value is made a text only where somebody asks for it. */
export class RecordHeaders {
  readonly #bytes: Buffer;
  readonly #starts = new Int32Array(NAMES.length).fill(MISSING);
  readonly #ends = new Int32Array(NAMES.length);

  /** @param at where the number of headers lies. @throws UndecodableRecordError where they are cut short. */
  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    const reader = new VarintReader(bytes);
    reader.at = at;
    for (let left = reader.next(), likely = 0; left > 0; left -= 1, likely += 1)
      likely = this.#read(reader, likely);
  }

  has(name: HeaderName): boolean {
    return this.#starts[slotOf(name)] !== MISSING;
  }

  /** @throws UndecodableRecordError where it is missing, or comes several times. */
  text(name: HeaderName): string {
    const slot = this.#found(name);
    return this.#bytes.toString('utf8', this.#starts[slot], this.#ends[slot]);
  }

  optional(name: HeaderName): string | undefined {
    return this.has(name) ? this.text(name) : undefined;
  }

  is(name: HeaderName, value: Uint8Array): boolean {
    const slot = slotOf(name);
    const start = this.#starts[slot]!;
    return start >= 0 && isAt(this.#bytes, start, this.#ends[slot]!, value);
  }

  /** A place in a log, or another number of its form. @throws UndecodableRecordError */
  integer(name: HeaderName): bigint {
    const slot = this.#found(name);
    const [start, end] = [this.#starts[slot]!, this.#ends[slot]!];
    let value = 0;
    for (let at = start; at < end; at += 1) {
      const digit = this.#bytes[at]! - ZERO;
      if (digit < 0 || digit > 9) throw new UndecodableRecordError(`${this.text(name)} is no position`);
      value = value * 10 + digit;
    }
    const position =
      end > start && Number.isSafeInteger(value) ? BigInt(value) : parsePosition(this.text(name));
    if (position === undefined) throw new UndecodableRecordError(`${this.text(name)} is no position`);
    return position;
  }

  /** @returns the slot of what it has read, or the likely one. */
  #read(reader: VarintReader, likely: number): number {
    const nameEnd = endOf(reader, reader.next());
    const nameStart = reader.at;
    reader.at = nameEnd;
    const length = reader.next();
    const start = reader.at;
    const end = length < 0 ? start : endOf(reader, length);
    reader.at = end;
    const slot = isAt(this.#bytes, nameStart, nameEnd, NAME_BYTES[likely])
      ? likely
      : SLOTS.get(this.#bytes.toString('utf8', nameStart, nameEnd));
    if (slot === undefined) return likely;
    this.#starts[slot] = this.#starts[slot] === MISSING ? start : REPEATED;
    this.#ends[slot] = end;
    return slot;
  }

  #found(name: HeaderName): number {
    const slot = slotOf(name);
    if (this.#starts[slot]! < 0) throw new UndecodableRecordError(`a record without ${name}`);
    return slot;
  }
}

const slotOf = (name: HeaderName): number => SLOTS.get(name)!;

/** @throws UndecodableRecordError where so much is not left. */
function endOf({ at, bytes }: VarintReader, length: number): number {
  if (length < 0 || at + length > bytes.length)
    throw new UndecodableRecordError('headers that are cut short');
  return at + length;
}

function isAt(bytes: Uint8Array, start: number, end: number, value: Uint8Array | undefined): boolean {
  if (value === undefined || end - start !== value.length) return false;
  for (let index = 0; index < value.length; index += 1)
    if (bytes[start + index] !== value[index]) return false;
  return true;
}

/** Every header of a record with its bytes; of a name that comes several times all of them. */
export function headersAt(bytes: Buffer, at: number): IHeaders {
  const reader = new VarintReader(bytes);
  reader.at = at;
  const headers: Record<string, Buffer | Buffer[]> = {};
  for (let left = reader.next(); left > 0; left -= 1) {
    const nameEnd = endOf(reader, reader.next());
    const name = bytes.toString('utf8', reader.at, nameEnd);
    reader.at = nameEnd;
    const length = reader.next();
    const end = length < 0 ? reader.at : endOf(reader, length);
    const value = bytes.subarray(reader.at, end);
    reader.at = end;
    const before = headers[name];
    headers[name] = before === undefined ? value : [before, value].flat();
  }
  return headers;
}

/** Headers that are known by name, in the record's own form. */
export function bytesOfHeaders(headers: IHeaders): Buffer {
  const all = Object.entries(headers).flatMap(([name, values]) =>
    (Array.isArray(values) ? values : [values]).flatMap((value) =>
      value === undefined ? [] : [[Buffer.from(name), Buffer.from(value)] as const],
    ),
  );
  return Buffer.concat([
    varint(all.length),
    ...all.flatMap((pair) => pair.flatMap((bytes) => [varint(bytes.length), bytes])),
  ]);
}
