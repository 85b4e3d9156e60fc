import { createHmac, hkdfSync } from 'node:crypto';
import { BoundedCache } from './bounded-cache.ts';

/**
 * What an external id is looked up by, so that it need not lie in the clear: HMAC-SHA256 under a key of the contract's
 * own (HKDF of the lookup key), base64url. External ids are compared exactly after Unicode NFC; the same id of two
 * contracts has unrelated digests.
 */
export function externalIdDigest(lookupKey: Uint8Array, contract: string, externalId: string): string {
  return createHmac('sha256', keyOf(lookupKey, contract))
    .update(externalId.normalize('NFC'), 'utf8')
    .digest('base64url');
}

/** Contracts whose keys are remembered for each lookup key. */
const CACHED_KEYS = 5_000;
const known = new WeakMap<Uint8Array, BoundedCache<Uint8Array>>();

/** Derived once: an import looks up 100,000 ids of one contract. */
function keyOf(lookupKey: Uint8Array, contract: string): Uint8Array {
  let keys = known.get(lookupKey);
  if (keys === undefined)
    known.set(lookupKey, (keys = new BoundedCache(CACHED_KEYS, Number.POSITIVE_INFINITY, () => 0)));
  let key = keys.get(contract);
  if (key === undefined) {
    const info = `smartkey/external-id/${contract}`;
    keys.set(contract, (key = new Uint8Array(hkdfSync('sha256', lookupKey, new Uint8Array(), info, 32))));
  }
  return key;
}
