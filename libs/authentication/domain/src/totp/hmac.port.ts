import type { TotpAlgorithm } from '@smartkey/kernel';
/** HMAC (RFC 2104), a port: this room knows no cryptographic library. */
export type Hmac = (algorithm: TotpAlgorithm, key: Uint8Array, message: Uint8Array) => Uint8Array;

/**
 * Length in bytes of the secrets made for each hash: about the length of its output (RFC 6238 section 5.1), and a multiple of
 * five, so that the base 32 of every one fills whole groups: authenticators differ over padding.
 */
export const SECRET_BYTES: Readonly<Record<TotpAlgorithm, number>> = { SHA1: 20, SHA256: 35, SHA512: 60 };
