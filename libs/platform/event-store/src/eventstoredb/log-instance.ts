import { randomUUID } from 'node:crypto';
import { DatabaseUnavailableError, type Database } from '@smartkey/database';
import type { Instant } from '@smartkey/kernel';
import { Loop } from '@smartkey/lifecycle';
import { BehindFenceError, EventStoreUnavailableError } from '../event-store.port.ts';
import { LogWentBackError } from '../went-back/log-went-back-error.ts';

/** System time throughout, in milliseconds. */
export interface LeaseTimes {
  readonly lease: number;
  /** An append that is begun may be carried out so long afterwards: its deadline, and what the server may still do then. */
  readonly append: number;
  /** How often the fence is looked for where nobody tells of it, and the lease is looked after. */
  readonly poll: number;
}

/** The way of one append into the log, from before its ids are claimed until its outcome is known. */
export interface Passage {
  /** `<instance>/<number>` */
  readonly attempt: string;
  /**
   * Called in the moment before each attempt.
   * @throws BehindFenceError, LogWentBackError, EventStoreUnavailableError: the attempt must not be made.
   */
  begin(): void;
  leave(): void;
}

/**
 * This process among those that append to the log. It may append as long as it holds its lease, and has acknowledged a fence
 * when none of its appends stamped before it is under way: so whoever raises the fence waits for live instances, and for
 * the leases of dead ones to end. The lease is measured here from before its renewal, by a clock that nobody sets.
 */
export class LogInstance {
  readonly id = randomUUID();
  /** Appends that may have been sent, with their stamps. */
  readonly #underWay = new Map<Passage, Instant | undefined>();
  readonly #waiters = new Set<() => void>();
  /** Which unbroken run of leases this is. */
  #epoch = 0;
  #leaseEnd = Number.NEGATIVE_INFINITY;
  #fence: Instant | undefined;
  #acknowledged: Instant | undefined;
  /** The log is known to have gone back: nothing is appended, though the lease goes on. */
  #wentBack = false;
  #attempts = 0;
  readonly #watch: Loop;
  #closed = false;

  private constructor(
    private readonly database: Database,
    private readonly times: LeaseTimes,
    private readonly housekeeping: () => Promise<void>,
    onTrouble: (error: unknown) => void,
  ) {
    this.#watch = new Loop({
      turn: () => this.#lookAfterLease(),
      periodMillis: times.poll,
      backoff: { firstMillis: Math.min(50, times.poll), mostMillis: times.poll },
      restsFirst: true,
      // Until it succeeds again the lease runs out, and with it the right to append: `hasLease` says so.
      tell: onTrouble,
    });
  }

  /**
   * Joins those that append.
   * @param housekeeping called again and again, as long as the database answers.
   * @param onTrouble is told why the lease could not be seen to, once in a row.
   * @throws what the database throws.
   */
  static async join(
    database: Database,
    times: LeaseTimes,
    housekeeping: () => Promise<void>,
    onTrouble: (error: unknown) => void,
  ): Promise<LogInstance> {
    const instance = new LogInstance(database, times, housekeeping, onTrouble);
    await database.execute(
      `DELETE FROM log_instances WHERE lease_until < clock_timestamp() - interval '1 day'`,
    );
    await instance.#renew();
    instance.#watch.start();
    return instance;
  }

  get hasLease(): boolean {
    return performance.now() < this.#leaseEnd;
  }

  wrote(attempt: string): boolean {
    return attempt.startsWith(this.id);
  }

  /**
   * For one append. Good only as long as the lease that it was made under goes on: afterwards others may rely on it that there
   * is no such append any more, neither behind the fence nor on the ids that it has claimed.
   * @param stampedAt see `StreamAppend`.
   * @param throughFence also while the log is known to have gone back: of the one append that tells of an accepted loss.
   */
  passage(stampedAt: Instant | undefined, throughFence = false): Passage {
    const epoch = this.#epoch;
    this.#attempts += 1;
    const passage: Passage = {
      attempt: `${this.id}/${this.#attempts}`,
      begin: () => {
        const ends = performance.now() + this.times.append;
        if (this.#closed || epoch !== this.#epoch || ends >= this.#leaseEnd)
          throw new EventStoreUnavailableError('this process holds no lease of the log now');
        if (this.#wentBack && !throughFence) throw new LogWentBackError();
        if (this.#underWay.has(passage)) return;
        if (stampedAt !== undefined && this.#fence !== undefined && stampedAt < this.#fence)
          throw new BehindFenceError(this.#fence);
        this.#underWay.set(passage, stampedAt);
      },
      leave: () => {
        if (this.#underWay.delete(passage)) this.#settled();
      },
    };
    return passage;
  }

  /**
   * Takes note of a fence at once, which the database has already. Resolves when no append stamped before it is under way.
   * @throws EventStoreUnavailableError at the close.
   */
  async passed(fence: Instant): Promise<void> {
    this.#see(fence);
    // Others may be waiting for this instance, too.
    this.look();
    while (this.#hasUnderWay(fence)) {
      this.mustBeOpen();
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
  }

  /** Another process may have raised the fence, or found that the log went back: looks at once. */
  look(): void {
    this.#watch.wake();
  }

  /** Takes note at once of what the database has already. */
  async lookAgain(): Promise<void> {
    this.#see(await this.#readFence());
  }

  /** @throws EventStoreUnavailableError after the close. */
  mustBeOpen(): void {
    if (this.#closed) throw new EventStoreUnavailableError('this process is closing the log');
  }

  /** Appends no more. The lease is given back only where nothing is under way whose outcome is not known. */
  async close(): Promise<void> {
    this.#closed = true;
    const ended = this.#watch.stop();
    this.#settled();
    await ended;
    if (this.#underWay.size > 0) return;
    await this.database
      .execute('DELETE FROM log_instances WHERE id = $1', [this.id])
      .catch((error: unknown) => {
        // Then it ends by itself.
        if (!(error instanceof DatabaseUnavailableError)) throw error;
      });
  }

  async #lookAfterLease(): Promise<void> {
    if (this.#leaseEnd - performance.now() < (this.times.lease * 2) / 3) await this.#renew();
    else this.#see(await this.#readFence());
    await this.#acknowledge();
    await this.housekeeping();
  }

  async #renew(): Promise<void> {
    const from = performance.now();
    await this.database.execute(
      `INSERT INTO log_instances (id, lease_until) VALUES ($1, clock_timestamp() + $2 * interval '1 millisecond')
       ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until`,
      [this.id, this.times.lease],
    );
    if (performance.now() >= this.#leaseEnd) {
      this.#epoch += 1;
      this.#acknowledged = undefined;
    }
    // Only now, when all can see the lease: whoever raised the fence before did not wait for this instance.
    this.#see(await this.#readFence());
    this.#leaseEnd = from + this.times.lease;
  }

  async #readFence(): Promise<Instant | undefined> {
    const [row] = await this.database.query<{ fence: Instant | null; went_back: boolean }>(
      'SELECT fence, went_back_since IS NOT NULL AS went_back FROM log_fence',
    );
    this.#wentBack = row!.went_back;
    return row!.fence ?? undefined;
  }

  async #acknowledge(): Promise<void> {
    const fence = this.#fence;
    if (fence === undefined || fence === this.#acknowledged || this.#hasUnderWay(fence)) return;
    await this.database.execute('UPDATE log_instances SET acknowledged = $2 WHERE id = $1', [this.id, fence]);
    this.#acknowledged = fence;
  }

  #hasUnderWay(fence: Instant): boolean {
    for (const stamp of this.#underWay.values()) if (stamp !== undefined && stamp < fence) return true;
    return false;
  }

  #see(fence: Instant | undefined): void {
    if (fence !== undefined && (this.#fence === undefined || this.#fence < fence)) this.#fence = fence;
  }

  #settled(): void {
    for (const waiter of this.#waiters) waiter();
    this.#waiters.clear();
    // What was under way may have been all that kept the fence from being acknowledged.
    if (this.#fence !== this.#acknowledged) this.look();
  }
}
