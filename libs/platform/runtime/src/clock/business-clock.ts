import type { Database } from '@smartkey/database';
import { type Clock, type Instant, SystemClock } from '@smartkey/kernel';
import { ConfigurationError } from '../config/configuration-error.ts';

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

/** Business time that stands still until it is set, forward only, and is kept in the database. */
export class SandboxClock implements BusinessClock {
  readonly mode = 'sandbox';

  constructor(
    private readonly database: Database,
    private time: Instant,
  ) {}

  now(): Instant {
    return this.time;
  }

  /** @throws ClockBackwardsError */
  async takeOver(now: Instant): Promise<void> {
    if (now < this.time) throw new ClockBackwardsError(`it is ${this.time} already`);
    // What is promised must be kept: durable first, then seen.
    await this.database.execute('update business_clock set now = greatest(now, $1::timestamptz)', [now]);
    if (now > this.time) this.time = now;
  }

  /** Takes over what another instance of the service has stored. */
  async refresh(): Promise<void> {
    const [row] = await this.database.query<{ now: Instant }>('select now from business_clock');
    if (row!.now > this.time) this.time = row!.now;
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
