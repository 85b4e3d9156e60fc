/** A key of 32 bytes that never leaves the process unwrapped. */
export type DataKey = Uint8Array;

/**
 * The key-encryption key (KEK): a KMS's, or one from a file or the environment. Wraps data keys; knows its versions, so
 * that a rotation re-wraps and reads keep accepting the old version until nothing uses it.
 */
export interface KeyEncryption {
  /** @returns opaque text that names the KEK's version. `context` is bound in (AAD): unwrapping needs the same. */
  wrap(key: DataKey, context: string): Promise<string>;
  unwrap(wrapped: string, context: string): Promise<DataKey>;
  /** Name of the version that new wraps use. */
  readonly currentVersion: string;
}

/**
 * Seals small secrets of a service (AES-256-GCM under a data key that the KEK wraps), bound to their owner: opened with
 * another context than they were sealed with, they fail.
 */
export interface SecretBox {
  /** @returns text such as `v1.<keyId>.<nonce>.<ciphertext>.<tag>`. */
  seal(secret: Uint8Array, context: string): Promise<string>;
  open(sealed: string, context: string): Promise<Uint8Array>;
}

/**
 * One key per data subject (an account, a contract), under which personal data in events is sealed from the first event on.
 * Erasing the key erases the data everywhere without touching an event or its hash.
 */
export interface SubjectKeys {
  /** Seals texts of one subject, making its key at first use. */
  seal(subject: string, texts: readonly string[]): Promise<readonly string[]>;
  /** `undefined` where the subject's key was erased. */
  open(subject: string, sealed: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** Makes keys for many subjects in one go, for imports. */
  prepare(subjects: readonly string[]): Promise<void>;
  erase(subject: string): Promise<void>;
}
