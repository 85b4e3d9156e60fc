import type { DataKeys } from './data-keys.ts';
import { keyIdOf, openText, sealText } from './sealed-text.ts';
import type { SecretBox } from './secrets.port.ts';

/** Seals under the service's data keys. */
export class DataKeySecretBox implements SecretBox {
  constructor(private readonly keys: DataKeys) {}

  async seal(secret: Uint8Array, context: string): Promise<string> {
    const { id, key } = await this.keys.current();
    return sealText(id, key, secret, context);
  }

  async open(sealed: string, context: string): Promise<Uint8Array> {
    return openText(await this.keys.byId(keyIdOf(sealed)), sealed, context);
  }
}
