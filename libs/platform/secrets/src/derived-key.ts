import { hkdfSync } from 'node:crypto';
import { BoundedCache } from './bounded-cache.ts';

/** Keys remembered of each that others are derived from; one is some 200 bytes. */
const CACHED_KEYS = 10_000;
const known = new WeakMap<Uint8Array, BoundedCache<Uint8Array>>();
const kept = new WeakMap<Uint8Array, ReadonlyMap<string, Uint8Array>>();

/**
 * From now on these keys are taken as derived from another one, by what they are for: a former one, which they did follow from, is gone.
 */
export const keepDerived = (from: Uint8Array, keys: ReadonlyMap<string, Uint8Array>): void =>
  void kept.set(from, keys);

/** Of those that a former one was derived for. */
export const keptKey = (from: Uint8Array, info: string): Uint8Array | undefined => kept.get(from)?.get(info);

/**
 * The key of 32 bytes that follows from another and what it is for (HKDF-SHA256, RFC 5869). Derived once for as long as it is in use:
 * an import looks up 100,000 ids of one contract. Never to be overwritten, for it is shared.
 */
export function derivedKey(from: Uint8Array, info: string): Uint8Array {
  const former = keptKey(from, info);
  if (former !== undefined) return former;
  let keys = known.get(from);
  if (keys === undefined)
    known.set(from, (keys = new BoundedCache(CACHED_KEYS, Number.POSITIVE_INFINITY, () => 0)));
  let key = keys.get(info);
  if (key === undefined)
    keys.set(info, (key = new Uint8Array(hkdfSync('sha256', from, new Uint8Array(), info, 32))));
  return key;
}
