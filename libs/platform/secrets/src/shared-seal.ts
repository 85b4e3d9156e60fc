import { contractKey } from './lookup-purposes.ts';
import { openText, sealText } from './sealed-text.ts';
import type { DataKey, SharedSeal } from './secrets.port.ts';

/** How texts name their key: it follows from the subject. */
const SHARED_KEY = 'x';

/** Whether a text was sealed for all services, and not under the subject's own key. */
export const isShared = (sealed: string): boolean => sealed.startsWith(`v1.${SHARED_KEY}.`);

/**
 * Seals what more than one service must read of a subject: under a key that follows from the lookup key, which all of them have, and the
 * subject (HKDF-SHA256). It needs no table and asks nobody, so that it may be used anywhere. What it seals cannot be erased by forgetting a key.
 */
export class DerivedSharedSeal implements SharedSeal {
  constructor(private readonly lookupKey: Uint8Array) {}

  seal(subject: string, text: string): string {
    return sealText(SHARED_KEY, this.#keyOf(subject), Buffer.from(text), contextOf(subject));
  }

  open(subject: string, sealed: string): string {
    return Buffer.from(openText(this.#keyOf(subject), sealed, contextOf(subject))).toString('utf8');
  }

  #keyOf(subject: string): DataKey {
    return contractKey(this.lookupKey, 'shared-text', subject);
  }
}

const contextOf = (subject: string): string => `shared-text/${subject}`;
