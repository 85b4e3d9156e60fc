import { createHash, randomBytes } from 'node:crypto';
import { epochMillisOf, type Instant } from './instant.ts';

/** Crockford's base 32 in lower case: its order is the order of the bytes. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

function base32(bytes: Uint8Array): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      text += ALPHABET[(buffer >>> (bits - 5)) & 31];
      bits -= 5;
    }
    buffer &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET[(buffer << (5 - bits)) & 31] : text;
}

export type IdPrefix =
  | 'ctr'
  | 'can'
  | 'pch'
  | 'quo'
  | 'fee'
  | 'rid'
  | 'dev'
  | 'enr'
  | 'aut'
  | 'chl'
  | 'key'
  | 'imp'
  | 'spl'
  | 'run'
  | 'exp'
  | 'cmd';

/**
 * A new opaque id: prefix, 48 bits of time, 80 bits of chance; 16 bytes in 26 characters. Ids made later sort later.
 * With `seed` the 80 bits derive from it instead: the same seed at the same instant makes the same id.
 */
export function newId(prefix: IdPrefix, now: Instant, seed?: string): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(epochMillisOf(now), 0, 6);
  (seed === undefined ? randomBytes(10) : createHash('sha256').update(`${prefix}\n${seed}`).digest()).copy(
    bytes,
    6,
    0,
    10,
  );
  return `${prefix}_${base32(bytes)}`;
}

/** Whether a text has the form of an id with that prefix (nothing is said of its existence). */
export const isId = (prefix: IdPrefix, text: string): boolean =>
  text.length === prefix.length + 27 &&
  text.startsWith(`${prefix}_`) &&
  /^[0-9a-hjkmnp-tv-z]{26}$/.test(text.slice(-26));

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
