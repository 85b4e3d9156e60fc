import { addMonths, endOfMonth, monthOf, startOfMonth, type ServiceMonth } from '@smartkey/calendar';
import { KeyedQueue, type Database } from '@smartkey/database';
import type { Clock, Instant } from '@smartkey/kernel';
import { Loop, Worker } from '@smartkey/lifecycle';
import type { Logger } from 'pino';
import type { AttemptSeals } from './attempt-seals.ts';

/** How often it is looked whether a month is to be made or dropped (system time). */
const PERIOD_MILLIS = 3_600_000;
/** Months that stand ready before they begin. */
const MONTHS_AHEAD = 2;
/** So long a drop waits for readers, who come first; it is tried again. */
const LOCK_TIMEOUT = '2s';
const TABLE_PREFIX = 'attempt_log_';

const tableOf = (month: ServiceMonth): string => TABLE_PREFIX + month.replace('-', '_');
const monthOfTable = (table: string): ServiceMonth =>
  table.slice(TABLE_PREFIX.length).replace('_', '-') as ServiceMonth;

/** The partitions of the log of attempts: one for each service month, made ahead, dropped whole with the keys of its addresses. */
export class AttemptMonths extends Worker {
  readonly #making = new KeyedQueue();
  readonly #standing = new Set<ServiceMonth>();
  protected readonly loop: Loop;

  constructor(
    private readonly database: Database,
    private readonly seals: AttemptSeals,
    private readonly clock: Clock,
    /** Whole months that are kept beside the running one. */
    private readonly kept: number,
    logger: Logger,
  ) {
    super();
    this.loop = new Loop({
      turn: () => this.keep(),
      periodMillis: PERIOD_MILLIS,
      backoff: { firstMillis: 1_000, mostMillis: 60_000 },
      tell: (error) => logger.warn({ err: error }, 'the months of attempts could not be kept yet'),
    });
  }

  /** The first instant of which attempts are kept. */
  keptFrom(): Instant {
    return startOfMonth(addMonths(monthOf(this.clock.now()), -this.kept));
  }

  /** Makes sure of the months of these instants before something is written there. */
  async ready(instants: readonly Instant[]): Promise<void> {
    const missing = new Set(instants.map(monthOf).filter((month) => !this.#standing.has(month)));
    if (missing.size === 0) return;
    await this.#make([...missing]);
    // The clock has come to a month that did not stand ready: perhaps another one is over.
    this.loop.wake();
  }

  /** Makes the months that come and drops those that are kept no longer. */
  async keep(): Promise<void> {
    const month = monthOf(this.clock.now());
    await this.#make(Array.from({ length: MONTHS_AHEAD + 1 }, (_, ahead) => addMonths(month, ahead)));
    const oldest = addMonths(month, -this.kept);
    for (const over of await this.#existing()) if (over < oldest) await this.#drop(over);
  }

  /** One after another: each would wait for the lock on a connection of its own, as many as there are requests in a new month. */
  #make(months: readonly ServiceMonth[]): Promise<void> {
    return this.#making.run('months', () => this.#makeMissing(months));
  }

  /** An instance that finds a month made by another goes on with it. */
  async #makeMissing(months: readonly ServiceMonth[]): Promise<void> {
    const missing = months.filter((month) => !this.#standing.has(month));
    if (missing.length === 0) return;
    await this.database.exclusively('attempt-months', async () => {
      const existing = await this.#existing();
      // Made apart and attached then: those who write to other months do not wait.
      for (const month of missing)
        if (!existing.has(month))
          await this.database.transaction((tx) =>
            tx.script(`
              CREATE TABLE ${tableOf(month)} (LIKE attempt_log INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
              ALTER TABLE attempt_log ATTACH PARTITION ${tableOf(month)}
                FOR VALUES FROM ('${startOfMonth(month)}') TO ('${endOfMonth(month)}');`),
          );
    });
    for (const month of missing) this.#standing.add(month);
  }

  async #existing(): Promise<ReadonlySet<ServiceMonth>> {
    const rows = await this.database.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent = 'attempt_log'::regclass`,
    );
    return new Set(rows.map(({ name }) => monthOfTable(name)));
  }

  /** The keys first: from then on no address of the month opens, whatever is still in a file or a backup. */
  async #drop(month: ServiceMonth): Promise<void> {
    this.#standing.delete(month);
    await this.seals.forget(month);
    await this.database.exclusively('attempt-months', () =>
      this.database.transaction((tx) =>
        tx.script(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'; DROP TABLE IF EXISTS ${tableOf(month)};`),
      ),
    );
  }
}
