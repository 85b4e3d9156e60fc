import { createHash, randomBytes } from 'node:crypto';
import { CROCKFORD, epochMillisOf, type IdOf, type IdPrefix, type Instant, isId } from '@smartkey/kernel';

/**
 * A new opaque id: prefix, 48 bits of time, 80 bits of chance; 16 bytes in 26 characters. Ids made later sort later.
 * With `seed` the 80 bits derive from it instead: the same seed at the same instant makes the same id.
 */
export function newId<Prefix extends IdPrefix>(prefix: Prefix, now: Instant, seed?: string): IdOf<Prefix> {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(epochMillisOf(now), 0, 6);
  (seed === undefined ? randomBytes(10) : createHash('sha256').update(`${prefix}\n${seed}`).digest()).copy(
    bytes,
    6,
    0,
    10,
  );
  return `${prefix}_${CROCKFORD.encode(bytes)}` as IdOf<Prefix>;
}

/** The milliseconds since 1970-01-01T00:00:00Z at which an id was made; `undefined` where the text is no id with that prefix. */
export function millisOfId(prefix: IdPrefix, id: string): number | undefined {
  const bytes = isId(prefix, id) ? CROCKFORD.decode(id.slice(-26)) : undefined;
  return bytes === undefined ? undefined : Buffer.from(bytes).readUIntBE(0, 6);
}

/** A UUID (version 8, RFC 9562) that the parts determine: the same parts, the same UUID. */
export function derivedUuid(...parts: readonly (string | number)[]): string {
  const bytes = createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The id of the n-th event that a command leads to: the same command again can never make a second fact. */
export const eventIdOf = (commandId: string, index: number): string => derivedUuid('event', commandId, index);
