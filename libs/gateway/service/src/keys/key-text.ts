import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * A key as its holder has it: `smk_<prefix>_<secret>`. The prefix (72 random bits) finds the row, the secret (256 random
 * bits) proves it; of the whole only the SHA-256 is stored, which needs no stretching at that length.
 */
export interface MadeKey {
  readonly key: string;
  readonly prefix: string;
  readonly hash: Uint8Array;
}

const FORM = /^smk_([\w-]{12})_[\w-]{43}$/;

export const hashOfKey = (key: string): Uint8Array => createHash('sha256').update(key).digest();

export function makeKey(): MadeKey {
  const prefix = randomBytes(9).toString('base64url');
  const key = `smk_${prefix}_${randomBytes(32).toString('base64url')}`;
  return { key, prefix, hash: hashOfKey(key) };
}

/** @returns undefined where the text has not the form of a key. */
export const prefixOfKey = (key: string): string | undefined => FORM.exec(key)?.[1];

export const matchesHash = (key: string, hash: Uint8Array): boolean => {
  const own = hashOfKey(key);
  return own.length === hash.length && timingSafeEqual(own, hash);
};
