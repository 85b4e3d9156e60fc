/** The hash functions of RFC 6238 (section 1.2). */
export type TotpAlgorithm = 'SHA1' | 'SHA256' | 'SHA512';

/** How a device makes its codes, and what they look like (RFC 6238). */
export interface TotpSettings {
  readonly digits: 6 | 8;
  /** Seconds that one code stands for. */
  readonly period: 30 | 60;
  readonly algorithm: TotpAlgorithm;
}
