import { randomBytes } from 'node:crypto';
import {
  matchingSteps,
  SECRET_BYTES,
  totp,
  equalInConstantTime,
  type CredentialIds,
  type SealedSecret,
} from '@smartkey/authentication-domain';
import type { Instant, TotpAlgorithm } from '@smartkey/kernel';
import { remembered } from '@smartkey/lifecycle';
import type { SecretBox } from '@smartkey/secrets';
import { nodeHmac } from './node-hmac.ts';

/** Whose a secret is, the secret at rest, and how its codes are made. */
export type SealedCredential = CredentialIds & SealedSecret;

/** Bound into the seal of a secret, so that it opens in no other row. */
const contextOf = ({ contract, account, device }: CredentialIds): string =>
  `totp-secret|v1|${contract}|${account}|${device}`;

/** The one place where secrets are in the clear: for as long as one comparison takes, then overwritten. */
export class CredentialSecrets {
  readonly #dummy = remembered(() => this.#makeDummy());

  constructor(private readonly box: SecretBox) {}

  /** A new secret of the length for its hash. The caller hands it out once and overwrites it. */
  make(algorithm: TotpAlgorithm): Uint8Array {
    return randomBytes(SECRET_BYTES[algorithm]);
  }

  seal(secret: Uint8Array, ids: CredentialIds): Promise<string> {
    return this.box.seal(secret, contextOf(ids));
  }

  open(credential: Pick<SealedCredential, keyof CredentialIds | 'sealed'>): Promise<Uint8Array> {
    return this.box.open(credential.sealed, contextOf(credential));
  }

  /** What a secret begins with that is sealed with the current data key: `v2.<keyId>.`. */
  async currentSealPrefix(): Promise<string> {
    const sealed = await this.box.seal(new Uint8Array(1), '');
    return sealed.slice(0, sealed.indexOf('.', sealed.indexOf('.') + 1) + 1);
  }

  /** The steps around an instant, latest first, whose code is the one given. */
  matching(credential: SealedCredential, code: string, now: Instant): Promise<readonly number[]> {
    return this.#with(credential, (secret) => matchingSteps(nodeHmac, credential, secret, code, now));
  }

  /** Whether the code is that of one step. */
  isCodeOf(credential: SealedCredential, code: string, step: number): Promise<boolean> {
    return this.#with(credential, (secret) =>
      equalInConstantTime(totp(nodeHmac, credential, secret, step), code),
    );
  }

  /** The work of one verification for nothing: where there is no device, the answer shall take as long as where there is. */
  async pretend(code: string, now: Instant): Promise<void> {
    await this.matching(await this.#dummy(), code, now);
  }

  async #with<T>(credential: SealedCredential, work: (secret: Uint8Array) => T): Promise<T> {
    const secret = await this.open(credential);
    try {
      return work(secret);
    } finally {
      secret.fill(0);
    }
  }

  async #makeDummy(): Promise<SealedCredential> {
    const ids = { contract: 'ctr_-', account: 'rid_-', device: 'dev_-' } as const;
    const sealed = await this.seal(this.make('SHA1'), ids);
    return { ...ids, sealed, digits: 6, period: 30, algorithm: 'SHA1' };
  }
}
