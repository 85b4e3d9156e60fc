import { OperatorError, type ToldTrouble, UnreadableError } from '@smartkey/lifecycle';
/** A key of 32 bytes that never leaves the process unwrapped. */
export type DataKey = Uint8Array;

/**
 * The key-encryption key (KEK): a KMS's, or one from a file or the environment. Wraps data keys; knows its versions, so
 * that a rotation re-wraps and reads keep accepting the old version until nothing uses it.
 */
export interface KeyEncryption {
  /** @returns opaque text that names the KEK's version. `context` is bound in (AAD): unwrapping needs the same. */
  wrap(key: DataKey, context: string): Promise<string>;
  /**
   * @throws UnknownKeyError where the version that wrapped it is not at hand, SealBrokenError where it was altered or
   * wrapped for another context.
   */
  unwrap(wrapped: string, context: string): Promise<DataKey>;
  /** Name of the version that new wraps use. */
  readonly currentVersion: string;
  /** Name of the version that a wrapped key needs. */
  versionOf(wrapped: string): string;
}

/**
 * Seals small secrets of a service (AES-256-GCM under a data key that the KEK wraps), bound to their owner: opened with
 * another context than they were sealed with, they fail.
 */
export interface SecretBox {
  /** @returns text such as `v2.<keyId>.<nonce>.<ciphertext>.<tag>`. */
  seal(secret: Uint8Array, context: string): Promise<string>;
  /** @throws SealBrokenError where it was altered or sealed for another context, UnknownKeyError where its key is gone. */
  open(sealed: string, context: string): Promise<Uint8Array>;
}

export interface SealRequest {
  readonly subject: string;
  readonly texts: readonly string[];
}

export interface OpenRequest {
  readonly subject: string;
  readonly sealed: readonly string[];
}

/** Texts sealed under keys that are not kept yet. */
export interface FirstSeals {
  /** In the order of the requests. */
  readonly sealed: readonly (readonly string[])[];
  /** The keys as they are to be kept, in the same order. */
  readonly wrapped: readonly string[];
  /** Those of these subjects have been kept. */
  kept(subjects: readonly string[]): void;
}

/** A subject's key as it lies in the table; `null`: it was erased. */
export interface KeptKey {
  readonly subject: string;
  readonly wrapped: string | null;
}

/**
 * One key per data subject (an account, a contract, a person), under which personal data in events is sealed from the first event on.
 * Erasing the key erases the data everywhere without touching an event or its hash.
 * Every method queries the database: never call one inside a transaction.
 */
export interface SubjectKeys {
  /**
   * Seals texts of one subject, making its key at first use.
   * @throws SubjectErasedError where the subject was erased.
   */
  seal(subject: string, texts: readonly string[]): Promise<readonly string[]>;
  /** `undefined` where the subject's key was erased. @throws SealBrokenError, UnknownKeyError. */
  open(subject: string, sealed: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** As `seal`, for many subjects with a handful of queries; answers in the order of the requests. */
  sealMany(requests: readonly SealRequest[]): Promise<readonly (readonly string[])[]>;
  /** As `open`, for many subjects with a handful of queries; answers in the order of the requests. */
  openMany(requests: readonly OpenRequest[]): Promise<readonly (readonly (string | undefined)[])[]>;
  /**
   * As `sealMany`, for subjects that are new: nobody else knows of them yet. The caller keeps their keys by its own statement (`KEEP_SUBJECT_KEYS`), together
   * with what they seal, and says so then.
   */
  sealFirst(requests: readonly SealRequest[]): Promise<FirstSeals>;
  /** Keys that the caller read by its own statement from `subject_keys`: nobody reads them again while they are remembered. */
  heed(keys: readonly KeptKey[]): Promise<void>;
  /** Forgets the subject's key for good; a tombstone keeps a new one from being made. Other instances follow within 5 minutes. */
  erase(subject: string): Promise<void>;
  /**
   * Destroys the keys of all subjects whose names begin so, and leaves no tombstone: of what is over as a whole, such as a month, and
   * is never sealed for again.
   */
  forget(prefix: string): Promise<void>;
}

/** Seals what more than one service must read of a subject, and the law wants kept: each opens it by itself. */
export interface SharedSeal {
  seal(subject: string, text: string): string;
  /** @throws SealBrokenError where it was altered, or sealed for another subject or with another lookup key. */
  open(subject: string, sealed: string): string;
}

/** A sealed text does not open: it was altered, or it belongs to another owner. */
export class SealBrokenError extends Error {
  override readonly name = 'SealBrokenError';
  constructor(options?: ErrorOptions) {
    super('a sealed value does not open: it was altered, or it is bound to another owner', options);
  }
}

/** The key that a value was sealed with is not at hand. */
export class UnknownKeyError extends UnreadableError {
  override readonly name = 'UnknownKeyError';
  override readonly told: Omit<ToldTrouble, 'retryAfterSeconds'> = {
    code: 'key-lost',
    detail: 'The key that this is sealed with is not at hand: it can neither be read nor changed.',
  };
  constructor(readonly keyId: string) {
    super(`a value is sealed with key ${keyId}, which is not at hand`);
  }
}

/** The subject's key was erased: nothing more is sealed for it. */
export class SubjectErasedError extends Error {
  override readonly name = 'SubjectErasedError';
  constructor() {
    super('the personal data of this subject was erased');
  }
}

/** Keys are missing, unreadable, too open to others, or not the ones that the data was sealed with: no start. */
export class KeyMaterialError extends OperatorError {
  override readonly name = 'KeyMaterialError';
}
