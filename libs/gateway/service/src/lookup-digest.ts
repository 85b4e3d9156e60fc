import { systemKey } from '@smartkey/secrets';
import { createHmac } from 'node:crypto';

/** What is looked up by a digest, so that it need not lie in the clear. */
export type LookedUp = 'email' | 'provider-account' | 'visitor';

/** HMAC-SHA256 under a key of its kind (HKDF of the lookup key), base64url. */
export const lookupDigest = (lookupKey: Uint8Array, kind: LookedUp, text: string): string =>
  createHmac('sha256', systemKey(lookupKey, `people/${kind}`))
    .update(text, 'utf8')
    .digest('base64url');

/** Addresses are compared as people write them: case apart. */
export const emailDigest = (lookupKey: Uint8Array, email: string): string =>
  lookupDigest(lookupKey, 'email', email.normalize('NFC').toLowerCase());
