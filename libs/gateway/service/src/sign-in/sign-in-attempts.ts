import type { Database } from '@smartkey/database';
import { ProblemException } from '@smartkey/http';
import { instantOf, type Instant } from '@smartkey/kernel';
import { lookupDigest } from '../lookup-digest.ts';

const MINUTE = 60_000;
/** So many sign-ins of one address a minute, over all gateways. */
const MOST_A_MINUTE = 20;
/** So many tries of recovery codes of one address of mail an hour. */
const MOST_RECOVERIES_AN_HOUR = 5;
/** So many links to one address of mail an hour, for whomever. */
const MOST_ADDRESS_LINKS_AN_HOUR = 5;
/** So many links to the own page of one ID an hour. */
const MOST_OWN_PAGES_AN_HOUR = 3;

/** Counts sign-ins by address before anything of them is looked at: in the database, so that all gateways count together. */
export class SignInAttempts {
  constructor(
    private readonly database: Database,
    private readonly lookupKey: Uint8Array,
    private readonly now: () => number = () => Date.now(),
  ) {}

  /**
   * @param kind what is counted by itself: beginning a sign-in costs little, and comes before every attempt.
   * @throws ProblemException 429 with Retry-After.
   */
  count(visitor: string, kind: 'attempt' | 'begin' | 'link' = 'attempt'): Promise<void> {
    return this.#count(
      `${kind} ${visitor}`,
      MINUTE,
      MOST_A_MINUTE,
      'Too many sign-ins come from this address.',
    );
  }

  async #count(what: string, period: number, most: number, detail: string): Promise<void> {
    const now = this.now();
    const begin = Math.floor(now / period) * period;
    const counted = await this.database.execute(
      `INSERT INTO sign_in_attempts AS kept (address, minute, attempts) VALUES ($1, $2, 1)
       ON CONFLICT (address, minute) DO UPDATE SET attempts = kept.attempts + 1 WHERE kept.attempts < $3`,
      [lookupDigest(this.lookupKey, 'visitor', what), instantOf(begin), most],
    );
    if (counted === 0)
      throw new ProblemException(429, 'rate-limited', detail, {
        headers: { 'retry-after': String(Math.ceil((begin + period - now) / 1000)) },
      });
  }

  /**
   * @param email the digest of an address of mail.
   * @throws ProblemException 429 with Retry-After.
   */
  countRecovery(email: string): Promise<void> {
    return this.#count(
      `recovery ${email}`,
      60 * MINUTE,
      MOST_RECOVERIES_AN_HOUR,
      'Too many tries of this address.',
    );
  }

  /**
   * @param id contract and external id, whether or not there is one.
   * @throws ProblemException 429 with Retry-After.
   */
  countOwnPage(id: string): Promise<void> {
    return this.#count(
      `own-page ${id}`,
      60 * MINUTE,
      MOST_OWN_PAGES_AN_HOUR,
      'Too many links were asked for this ID.',
    );
  }

  /**
   * @param email the digest of an address of mail to which a link goes.
   * @throws ProblemException 429 with Retry-After.
   */
  countAddress(email: string): Promise<void> {
    return this.#count(
      `address ${email}`,
      60 * MINUTE,
      MOST_ADDRESS_LINKS_AN_HOUR,
      'Too many links were sent to this address.',
    );
  }

  /** The system's time, so many milliseconds ago. */
  before(millis: number): Instant {
    return instantOf(this.now() - millis);
  }

  async purge(): Promise<void> {
    await this.database.execute('DELETE FROM sign_in_attempts WHERE minute < $1', [
      instantOf(this.now() - 120 * MINUTE),
    ]);
  }
}
