import type { Database } from '@smartkey/database';
import { SystemClock } from '@smartkey/identity';
import type { Clock, Instant } from '@smartkey/kernel';
import { Loop, UnavailableError } from '@smartkey/lifecycle';
import { ConfigurationError } from '@smartkey/configuration';

export const CLOCK_MIGRATION = {
  id: '0001-clock',
  sql: `
    create table business_clock (
      only_row boolean primary key default true check (only_row),
      mode text not null check (mode in ('system', 'sandbox')),
      now timestamptz,
      check ((mode = 'sandbox') = (now is not null))
    )`,
} as const;

/** How business time goes by, as the environment says. */
export interface ClockSettings {
  readonly mode: 'system' | 'sandbox';
  /** Sandbox: the time to begin at, for data that have no time yet. */
  readonly start?: Instant;
}

/** The clock of a service, which may be one that is set. */
export interface BusinessClock extends Clock {
  readonly mode: 'system' | 'sandbox';
}

/** The sandbox clock was asked to go back. */
export class ClockBackwardsError extends Error {
  override readonly name = 'ClockBackwardsError';
}

/**
 * This process has not looked at the stored time for longer than it may trust what it knew: it was paused or has no database.
 * Business time may have moved on meanwhile.
 */
export class ClockUnavailableError extends UnavailableError {
  override readonly name = 'ClockUnavailableError';
}

/** How long an instance may go by the sandbox's time without having looked whether it was moved (system time). */
export const CLOCK_LEASE_MILLIS = 10_000;

/** So often within its lease a service looks whether its time was moved; all but one of these looks may be missing or late. */
const LOOKS = 4;

/** Business time that stands still until it is set, forward only, and is kept in the database. */
export class SandboxClock implements BusinessClock {
  readonly mode = 'sandbox';
  /** `performance.now()` when the stored time was asked for that is known here. */
  #lookedAt = performance.now();
  #leaseMillis = Number.POSITIVE_INFINITY;

  constructor(
    private readonly database: Database,
    private time: Instant,
  ) {}

  /** @throws ClockUnavailableError where others may have moved it unseen. */
  now(): Instant {
    if (performance.now() - this.#lookedAt > this.#leaseMillis)
      throw new ClockUnavailableError('business time may have moved on while this process was silent');
    return this.time;
  }

  /** @throws ClockBackwardsError */
  async takeOver(now: Instant): Promise<void> {
    if (now < this.time) throw new ClockBackwardsError(`it is ${this.time} already`);
    // What is promised must be kept: durable first, then seen.
    await this.#learn('update business_clock set now = greatest(now, $1::timestamptz) returning now', [now]);
  }

  /** Takes over what another instance of the service has stored. */
  async refresh(): Promise<void> {
    await this.#learn('select now from business_clock');
  }

  /** Goes by what is known no more before it has looked again: who was not listening yet was told of nothing. */
  distrust(): void {
    this.#lookedAt = Number.NEGATIVE_INFINITY;
  }

  /**
   * Looks at the stored time again and again, and goes by it only for the lease: for a service with several processes, of
   * which one may be paused while the others are told of a new time.
   * @param onFailure hears why it could not be looked at, once in a row.
   * @returns how to stop looking; it waits for a look under way.
   */
  follow(onFailure: (error: unknown) => void, leaseMillis = CLOCK_LEASE_MILLIS): () => Promise<void> {
    this.#leaseMillis = leaseMillis;
    const looks = new Loop({
      turn: () => this.refresh(),
      periodMillis: leaseMillis / LOOKS,
      restsFirst: true,
      tell: onFailure,
    });
    looks.start();
    return () => looks.stop();
  }

  async #learn(sql: string, parameters: readonly unknown[] = []): Promise<void> {
    const asked = performance.now();
    const [row] = await this.database.query<{ now: Instant }>(sql, parameters);
    if (row!.now > this.time) this.time = row!.now;
    this.#lookedAt = Math.max(this.#lookedAt, asked);
  }
}

/**
 * The clock that the data were begun with: a stored time beats the setting.
 * @throws ConfigurationError where the data were begun with the other kind of clock.
 */
export async function openClock(database: Database, settings: ClockSettings): Promise<BusinessClock> {
  const first = settings.mode === 'sandbox' ? (settings.start ?? new SystemClock().now()) : null;
  await database.execute('insert into business_clock (mode, now) values ($1, $2) on conflict do nothing', [
    settings.mode,
    first,
  ]);
  const [row] = await database.query<{ mode: string; now: Instant | null }>(
    'select mode, now from business_clock',
  );
  if (row!.mode !== settings.mode)
    throw new ConfigurationError(
      'SMARTKEY_CLOCK',
      `is ${settings.mode}, but these data were begun with the ${row!.mode} clock: their times would not fit together`,
    );
  if (settings.mode === 'sandbox') return new SandboxClock(database, row!.now!);
  const system = new SystemClock();
  return { mode: 'system', now: () => system.now() };
}
