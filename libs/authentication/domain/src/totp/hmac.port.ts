/** The hash functions of RFC 6238 (section 1.2). */
export type HmacAlgorithm = 'SHA1' | 'SHA256' | 'SHA512';

/** HMAC (RFC 2104), a port: this room knows no cryptographic library. */
export type Hmac = (algorithm: HmacAlgorithm, key: Uint8Array, message: Uint8Array) => Uint8Array;

/** Length in bytes of the secrets made for each hash: the length of its output, as RFC 6238's own vectors have it. */
export const SECRET_BYTES: Readonly<Record<HmacAlgorithm, number>> = { SHA1: 20, SHA256: 32, SHA512: 64 };
