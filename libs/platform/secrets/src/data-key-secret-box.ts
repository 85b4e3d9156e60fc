import { createHmac } from 'node:crypto';
import type { DataKeys } from './data-keys.ts';
import { sealFormOf, keyIdOf, openText, sealText } from './sealed-text.ts';
import type { DataKey, SecretBox } from './secrets.port.ts';

/**
 * Seals under the service's data keys: each context under a key of its own that follows from the data key (form `v2`), so that no number
 * of contexts wears the data key out. Values of the form `v1`, sealed with the data key itself, open too.
 */
export class DataKeySecretBox implements SecretBox {
  constructor(private readonly keys: DataKeys) {}

  async seal(secret: Uint8Array, context: string): Promise<string> {
    const { id, key } = await this.keys.current();
    return sealText(id, ownKey(key, context), secret, context, 'v2');
  }

  async open(sealed: string, context: string): Promise<Uint8Array> {
    const key = await this.keys.byId(keyIdOf(sealed));
    return openText(sealFormOf(sealed) === 'v2' ? ownKey(key, context) : key, sealed, context);
  }
}

/** HMAC-SHA256 of a name under a random key is a key as good as random (NIST SP 800-108). */
const ownKey = (key: DataKey, context: string): DataKey =>
  createHmac('sha256', key).update(`smartkey/sealed/v2\n${context}`).digest();
