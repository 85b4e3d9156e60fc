import { createHmac, randomBytes } from 'node:crypto';
import { BASE32, type AccountId } from '@smartkey/kernel';
import { systemKey } from '@smartkey/secrets';

/** How many recovery codes a user gets at once. */
const RECOVERY_CODES = 10;
/** 80 bits each: 16 letters and digits (NIST SP 800-63B-4 asks for 64 at least). */
const RECOVERY_BYTES = 10;

type SecretKind = 'link-number' | 'recovery-code';

/** What users are told once, known here by keyed digests alone: bound to the account, so that none counts for another. */
export class UserSecrets {
  readonly #keys: Readonly<Record<SecretKind, Uint8Array>>;

  constructor(lookupKey: Uint8Array) {
    const keyOf = (kind: SecretKind) => systemKey(lookupKey, `end-users/${kind}`);
    this.#keys = { 'link-number': keyOf('link-number'), 'recovery-code': keyOf('recovery-code') };
  }

  digest(kind: SecretKind, account: AccountId, text: string): string {
    const written = text.normalize('NFKC').toUpperCase().replace(/[\s-]/g, '');
    return createHmac('sha256', this.#keys[kind]).update(`${account}|${written}`, 'utf8').digest('base64url');
  }

  /** As they are written down: `ABCD-EFGH-JKLM-NPQR`. */
  makeRecoveryCodes(): readonly string[] {
    return Array.from({ length: RECOVERY_CODES }, () =>
      BASE32.encode(randomBytes(RECOVERY_BYTES)).match(/.{4}/g)!.join('-'),
    );
  }
}
