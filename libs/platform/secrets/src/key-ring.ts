import { createHash } from 'node:crypto';
import { keyIdOf, openText, sealText } from './sealed-text.ts';
import { UnknownKeyError, type DataKey, type KeyEncryption } from './secrets.port.ts';

/** A key's name follows from the key, so that two keys never share one: 64 bits of a hash, which tell nothing of it. */
export const keyVersionOf = (key: DataKey): string =>
  createHash('sha256').update('smartkey/key-version\n').update(key).digest('base64url').slice(0, 11);

/** A key-encryption key held in this process: the current version first, older ones behind it for reading. */
export class KeyRing implements KeyEncryption {
  readonly currentVersion: string;
  readonly #keys: ReadonlyMap<string, DataKey>;

  constructor(keys: readonly [DataKey, ...DataKey[]]) {
    this.currentVersion = keyVersionOf(keys[0]);
    this.#keys = new Map(keys.map((key) => [keyVersionOf(key), key]));
  }

  async wrap(key: DataKey, context: string): Promise<string> {
    return sealText(this.currentVersion, this.#keys.get(this.currentVersion)!, key, context);
  }

  async unwrap(wrapped: string, context: string): Promise<DataKey> {
    const version = this.versionOf(wrapped);
    const key = this.#keys.get(version);
    if (key === undefined) throw new UnknownKeyError(version);
    return openText(key, wrapped, context);
  }

  /** Whether it can unwrap what this version wrapped. */
  has(version: string): boolean {
    return this.#keys.has(version);
  }

  versionOf(wrapped: string): string {
    return keyIdOf(wrapped);
  }
}
