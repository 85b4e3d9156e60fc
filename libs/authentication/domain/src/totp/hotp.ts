import type { TotpSettings, TotpAlgorithm } from '@smartkey/kernel';
import type { Hmac } from './hmac.port.ts';

/** The counter as 8 bytes, most significant first; counts beyond 2^32 keep their upper half. */
function counterBytes(counter: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(counter / 0x1_0000_0000));
  view.setUint32(4, counter % 0x1_0000_0000);
  return bytes;
}

/**
 * HOTP (RFC 4226, section 5.3): the code of one counter, as text with its leading zeros.
 * @param counter from 0 to 2^53 - 1
 */
export function hotp(
  hmac: Hmac,
  algorithm: TotpAlgorithm,
  secret: Uint8Array,
  counter: number,
  digits: TotpSettings['digits'],
): string {
  const digest = hmac(algorithm, secret, counterBytes(counter));
  const view = new DataView(digest.buffer, digest.byteOffset, digest.byteLength);
  const truncated = view.getUint32(view.getUint8(digest.length - 1) & 0x0f) & 0x7fff_ffff;
  return String(truncated % 10 ** digits).padStart(digits, '0');
}
