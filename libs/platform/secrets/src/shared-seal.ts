import { hkdfSync } from 'node:crypto';
import { BoundedCache } from './bounded-cache.ts';
import { openText, sealText } from './sealed-text.ts';
import type { DataKey, SharedSeal } from './secrets.port.ts';

/** How texts name their key: it follows from the subject. */
const SHARED_KEY = 'x';
/** A key in memory is some 200 bytes: 1 MB at most. */
const CACHED_KEYS = 5_000;

/** Whether a text was sealed for all services, and not under the subject's own key. */
export const isShared = (sealed: string): boolean => sealed.startsWith(`v1.${SHARED_KEY}.`);

/**
 * Seals what more than one service must read of a subject: under a key that follows from the lookup key, which all of them have, and the
 * subject (HKDF-SHA256). It needs no table and asks nobody, so that it may be used anywhere. What it seals cannot be erased by forgetting a key.
 */
export class DerivedSharedSeal implements SharedSeal {
  readonly #keys = new BoundedCache<DataKey>(CACHED_KEYS, Number.POSITIVE_INFINITY, () => 0);

  constructor(private readonly lookupKey: Uint8Array) {}

  seal(subject: string, text: string): string {
    return sealText(SHARED_KEY, this.#keyOf(subject), Buffer.from(text), contextOf(subject));
  }

  open(subject: string, sealed: string): string {
    return Buffer.from(openText(this.#keyOf(subject), sealed, contextOf(subject))).toString('utf8');
  }

  #keyOf(subject: string): DataKey {
    const known = this.#keys.get(subject);
    if (known !== undefined) return known;
    const info = `smartkey/shared-text/${subject}`;
    const key = new Uint8Array(hkdfSync('sha256', this.lookupKey, new Uint8Array(), info, 32));
    this.#keys.set(subject, key);
    return key;
  }
}

const contextOf = (subject: string): string => `shared-text/${subject}`;
