import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What bearers are: access keys, sessions of people, and of users who hold a link for one ID. */
export type BearerKind = 'smk' | 'ses' | 'usr';

/**
 * A bearer's secret as its holder has it: `smk_<prefix>_<secret>` is a key, `ses_<prefix>_<secret>` a session. The prefix (72 random
 * bits) finds the row, the secret (256 random bits) proves it; of the whole only the SHA-256 is stored, which needs no stretching
 * at that length.
 */
export interface MadeBearer {
  readonly text: string;
  readonly prefix: string;
  readonly hash: Uint8Array;
}

const FORMS: Readonly<Record<BearerKind, RegExp>> = {
  smk: /^smk_([\w-]{12})_[\w-]{43}$/,
  ses: /^ses_([\w-]{12})_[\w-]{43}$/,
  usr: /^usr_([\w-]{12})_[\w-]{43}$/,
};

export const hashOfBearer = (text: string): Uint8Array => createHash('sha256').update(text).digest();

export function makeBearer(kind: BearerKind): MadeBearer {
  const prefix = randomBytes(9).toString('base64url');
  const text = `${kind}_${prefix}_${randomBytes(32).toString('base64url')}`;
  return { text, prefix, hash: hashOfBearer(text) };
}

/** @returns undefined where the text has not the form of such a bearer. */
export const prefixOfBearer = (kind: BearerKind, text: string): string | undefined =>
  FORMS[kind].exec(text)?.[1];

export const matchesHash = (text: string, hash: Uint8Array): boolean => {
  const own = hashOfBearer(text);
  return own.length === hash.length && timingSafeEqual(own, hash);
};
