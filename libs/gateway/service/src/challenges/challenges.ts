import { createHmac } from 'node:crypto';
import { systemKey } from '@smartkey/secrets';
import type { Database } from '@smartkey/database';
import { hashOfToken, makeToken } from '../links/links.ts';
import { instantOf, type Instant, type PersonId, type SessionId } from '@smartkey/kernel';

/** For so long what was begun may be ended. */
const OPEN_MILLIS = 5 * 60_000;

/** What a challenge is for; one for one thing is worth nothing for another. */
export type ChallengeKind =
  | 'first-link'
  | 'passkey-sign-in'
  | 'passkey-add'
  | 'passkey-step-up'
  | 'oidc-sign-in'
  | 'oidc-bind'
  | 'oidc-step-up';

/** For whom a challenge is, where that is known when it is made. */
interface ChallengeHolder {
  readonly person?: PersonId;
  readonly session?: SessionId;
  /** The provider that is asked. */
  readonly provider?: string;
}

/** A challenge that was made just now. */
export interface MadeChallenge {
  /** What its holder shows when coming back: 256 random bits, of which only the hash is stored. */
  readonly handle: string;
  readonly expiresAt: Instant;
}

/** A challenge that was taken. It can be taken once. */
export interface TakenChallenge {
  readonly kind: ChallengeKind;
  readonly person: PersonId | null;
  readonly session: SessionId | null;
  readonly provider: string | null;
}

/**
 * What somebody must answer, once, within five minutes of the system's clock. All that has to be unguessable (the challenge of WebAuthn;
 * state, nonce and code verifier of OpenID Connect) derives from the handle: of it nothing lies in the database, and who has not begun
 * the sign-in cannot end it.
 */
export class Challenges {
  readonly #key: Uint8Array;

  constructor(
    private readonly database: Database,
    lookupKey: Uint8Array,
    private readonly now: () => number = () => Date.now(),
  ) {
    this.#key = systemKey(lookupKey, 'people/challenge');
  }

  async make(
    kind: ChallengeKind,
    { person, session, provider }: ChallengeHolder = {},
    openMillis = OPEN_MILLIS,
  ): Promise<MadeChallenge> {
    const handle = makeToken();
    const expiresAt = instantOf(this.now() + openMillis);
    await this.database.execute(
      'INSERT INTO challenges (hash, kind, person, session, provider, expires_at) VALUES ($1, $2, $3, $4, $5, $6)',
      [hashOfToken(handle), kind, person ?? null, session ?? null, provider ?? null, expiresAt],
    );
    return { handle, expiresAt };
  }

  /** Of many who show it, one takes it. @returns undefined where it is unknown, over, taken, or for something else. */
  async take(handle: string, kind: ChallengeKind): Promise<TakenChallenge | undefined> {
    const [row] = await this.database.query<TakenChallenge>(
      `DELETE FROM challenges WHERE hash = $1 AND kind = $2 AND expires_at > $3
       RETURNING kind, person, session, provider`,
      [hashOfToken(handle), kind, instantOf(this.now())],
    );
    return row;
  }

  /** What belongs to a handle and cannot be guessed without it: 43 characters of base64url. */
  derive(handle: string, purpose: 'webauthn' | 'state' | 'nonce' | 'verifier'): string {
    return createHmac('sha256', this.#key).update(`${purpose}\n${handle}`).digest('base64url');
  }

  async purge(): Promise<void> {
    await this.database.execute('DELETE FROM challenges WHERE expires_at <= $1', [instantOf(this.now())]);
  }
}
