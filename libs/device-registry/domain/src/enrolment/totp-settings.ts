export type TotpAlgorithm = 'SHA1' | 'SHA256' | 'SHA512';

/** What the codes of a device look like (RFC 6238). */
export interface TotpSettings {
  readonly digits: 6 | 8;
  /** Seconds. */
  readonly period: 30 | 60;
  readonly algorithm: TotpAlgorithm;
}
