import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { SealBrokenError, type DataKey } from './secrets.port.ts';

/**
 * The form of everything sealed: `v1.<keyId>.<nonce>.<ciphertext>.<tag>`, the last three base64url. AES-256-GCM with a
 * random nonce of 96 bits; the context and the key's id are bound in as additional data.
 *
 * Random nonces bound a key to 2^32 seals (NIST SP 800-38D, 8.3). A service seals one key for each account and one
 * secret for each enrolment; rotate its data key before it comes near (`docs/operations.md`).
 */
export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORM = /^v1\.([0-9A-Za-z_-]{1,40})\.([0-9A-Za-z_-]{16})\.([0-9A-Za-z_-]*)\.([0-9A-Za-z_-]{22})$/;

const additionalData = (keyId: string, context: string): Buffer => Buffer.from(`v1\n${keyId}\n${context}`);

export function sealText(keyId: string, key: DataKey, secret: Uint8Array, context: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(additionalData(keyId, context));
  const ciphertext = Buffer.concat([cipher.update(secret), cipher.final()]);
  return [
    'v1',
    keyId,
    ...[nonce, ciphertext, cipher.getAuthTag()].map((part) => part.toString('base64url')),
  ].join('.');
}

/** @throws SealBrokenError where the text has not the form. */
export function keyIdOf(sealed: string): string {
  const match = FORM.exec(sealed);
  if (match === null) throw new SealBrokenError();
  return match[1]!;
}

/** @throws SealBrokenError where the text was altered in any place, or sealed with another key or context. */
export function openText(key: DataKey, sealed: string, context: string): Uint8Array {
  const match = FORM.exec(sealed);
  if (match === null) throw new SealBrokenError();
  const [nonce, ciphertext, tag] = match.slice(2).map(bytesOf) as [Buffer, Buffer, Buffer];
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(additionalData(match[1]!, context));
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  } catch (cause) {
    throw new SealBrokenError({ cause });
  }
}

/** Strict: the decoder of Node ignores stray bits at the end, so that one value would have several texts. */
function bytesOf(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw new SealBrokenError();
  return bytes;
}
