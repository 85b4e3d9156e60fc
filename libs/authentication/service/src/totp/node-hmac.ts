import type { TotpAlgorithm } from '@smartkey/kernel';
import { createHmac } from 'node:crypto';
import type { Hmac } from '@smartkey/authentication-domain';

const HASH: Readonly<Record<TotpAlgorithm, string>> = { SHA1: 'sha1', SHA256: 'sha256', SHA512: 'sha512' };

/** HMAC by Node's own cryptography. */
export const nodeHmac: Hmac = (algorithm, key, message) =>
  createHmac(HASH[algorithm], key).update(message).digest();
