import { createHmac } from 'node:crypto';
import { contractKey } from './lookup-purposes.ts';

/**
 * What an external id is looked up by, so that it need not lie in the clear: HMAC-SHA256 under a key of the contract's
 * own (HKDF of the lookup key), base64url. External ids are compared exactly after Unicode NFC; the same id of two
 * contracts has unrelated digests.
 */
export function externalIdDigest(lookupKey: Uint8Array, contract: string, externalId: string): string {
  return createHmac('sha256', contractKey(lookupKey, 'external-id', contract))
    .update(externalId.normalize('NFC'), 'utf8')
    .digest('base64url');
}
