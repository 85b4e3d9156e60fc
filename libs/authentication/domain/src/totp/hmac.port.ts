/** The hash functions of RFC 6238 (section 1.2). */
export type HmacAlgorithm = 'SHA1' | 'SHA256' | 'SHA512';

/** HMAC (RFC 2104), a port: this room knows no cryptographic library. */
export type Hmac = (algorithm: HmacAlgorithm, key: Uint8Array, message: Uint8Array) => Uint8Array;

/**
 * Length in bytes of the secrets made for each hash: about the length of its output (RFC 6238 section 5.1), and a multiple of
 * five, so that the base 32 of every one fills whole groups: authenticators differ over padding.
 */
export const SECRET_BYTES: Readonly<Record<HmacAlgorithm, number>> = { SHA1: 20, SHA256: 35, SHA512: 60 };
