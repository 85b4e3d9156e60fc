import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { SealBrokenError, type DataKey } from './secrets.port.ts';

/**
 * The form of everything sealed: `v1.<keyId>.<nonce>.<ciphertext>.<tag>`, the last three base64url. AES-256-GCM with a
 * random nonce of 96 bits; the form, the key's id and the context are bound in as additional data. `v2` is the same under a key that
 * follows from the one named and the context.
 *
 * Random nonces bound a key to 2^32 seals (NIST SP 800-38D, 8.3). With its data key itself a service seals one key for each
 * account; rotate it before it comes near (`docs/operations.md`).
 */
export type SealForm = 'v1' | 'v2';

export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORM = /^(v[12])\.([0-9A-Za-z_-]{1,40})\.([0-9A-Za-z_-]{16})\.([0-9A-Za-z_-]*)\.([0-9A-Za-z_-]{22})$/;

/** Random bytes that nonces are cut from: asking the system for each takes as long as a short seal. */
let pool = Buffer.alloc(0);
let used = 0;

function nextNonce(): Buffer {
  if (used === pool.length) [pool, used] = [randomBytes(NONCE_BYTES * 512), 0];
  return pool.subarray(used, (used += NONCE_BYTES));
}

const additionalData = (form: string, keyId: string, context: string): Buffer =>
  Buffer.from(`${form}\n${keyId}\n${context}`);

export function sealText(
  keyId: string,
  key: DataKey,
  secret: Uint8Array,
  context: string,
  form: SealForm = 'v1',
): string {
  const nonce = nextNonce();
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(additionalData(form, keyId, context));
  const ciphertext = Buffer.concat([cipher.update(secret), cipher.final()]);
  return [
    form,
    keyId,
    ...[nonce, ciphertext, cipher.getAuthTag()].map((part) => part.toString('base64url')),
  ].join('.');
}

/** @throws SealBrokenError where the text has not the form. */
export const keyIdOf = (sealed: string): string => partsOf(sealed)[1];

/** @throws SealBrokenError where the text has not the form. */
export const sealFormOf = (sealed: string): SealForm => partsOf(sealed)[0] as SealForm;

type Parts = [form: string, keyId: string, nonce: string, ciphertext: string, tag: string];

function partsOf(sealed: string): Parts {
  const match = FORM.exec(sealed);
  if (match === null) throw new SealBrokenError();
  return match.slice(1) as Parts;
}

/** @throws SealBrokenError where the text was altered in any place, or sealed with another key or context. */
export function openText(key: DataKey, sealed: string, context: string): Uint8Array {
  const [form, keyId, ...rest] = partsOf(sealed);
  const [nonce, ciphertext, tag] = rest.map(bytesOf) as [Buffer, Buffer, Buffer];
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(additionalData(form, keyId, context));
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
