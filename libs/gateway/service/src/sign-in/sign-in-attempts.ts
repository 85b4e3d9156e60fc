import type { Database } from '@smartkey/database';
import { ProblemException } from '@smartkey/http';
import { instantOf } from '@smartkey/kernel';
import { lookupDigest } from '../lookup-digest.ts';

const MINUTE = 60_000;
/** So many sign-ins of one address a minute, over all gateways. */
const MOST_A_MINUTE = 20;

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
  async count(visitor: string, kind: 'attempt' | 'begin' = 'attempt'): Promise<void> {
    const now = this.now();
    const minute = Math.floor(now / MINUTE) * MINUTE;
    const counted = await this.database.execute(
      `INSERT INTO sign_in_attempts AS kept (address, minute, attempts) VALUES ($1, $2, 1)
       ON CONFLICT (address, minute) DO UPDATE SET attempts = kept.attempts + 1 WHERE kept.attempts < $3`,
      [lookupDigest(this.lookupKey, 'visitor', `${kind} ${visitor}`), instantOf(minute), MOST_A_MINUTE],
    );
    if (counted === 0)
      throw new ProblemException(429, 'rate-limited', 'Too many sign-ins come from this address.', {
        headers: { 'retry-after': String(Math.ceil((minute + MINUTE - now) / 1000)) },
      });
  }

  async purge(): Promise<void> {
    await this.database.execute('DELETE FROM sign_in_attempts WHERE minute < $1', [
      instantOf(this.now() - 10 * MINUTE),
    ]);
  }
}
