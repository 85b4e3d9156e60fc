import { randomUUID } from 'node:crypto';
import type { Database } from '@smartkey/database';
import type { AccountId } from '@smartkey/kernel';
import { ended, Loop, Worker } from '@smartkey/lifecycle';
import type { Logger } from 'pino';
import type { AttemptMonths } from './attempt-months.ts';
import type { AttemptSeals } from './attempt-seals.ts';
import type { Attempt, AttemptedId } from './attempt.ts';

/** A denial waits no longer than that, and what writing takes, to be written (system time). */
const FLUSH_MILLIS = 500;
/** Denials of one ID for one reason in one minute that have a row each; all beyond share one. */
const ROWS_A_MINUTE = 60;
/** The same of all IDs together that a contract does not have: so names that are tried out do not fill the table. */
const UNKNOWN_ROWS_A_MINUTE = 600;
/** Beyond that a denial is answered only once those before it are written. */
const MOST_WAITING = 5_000;

export type Denial = Attempt & { readonly outcome: { readonly result: 'denied' } };

interface WaitingRow {
  readonly denial: Denial;
  times: number;
}

interface Tally {
  rows: number;
  shared?: WaitingRow;
}

const INSERT = `
  INSERT INTO attempt_log (at, id, contract, rid, unknown_digest, key, result, reason, client_ref,
                           address, address_digest, network_digest, repeated)
  SELECT at, id, contract, rid, unknown_digest, key, 'denied', reason, client_ref, address, address_digest, network_digest, repeated
  FROM unnest($1::timestamptz[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
              $9::text[], $10::bytea[], $11::bytea[], $12::integer[])
    AS d (at, id, contract, rid, unknown_digest, key, reason, client_ref, address, address_digest, network_digest, repeated)
  ON CONFLICT (contract, at, id) DO UPDATE SET repeated = excluded.repeated`;

/** In the order of the accounts, so that two instances never wait for each other. */
const LAST_FAILURES = `
  UPDATE attempts AS g SET last_failure_at = d.at
  FROM (SELECT a.account, d.at FROM unnest($1::text[], $2::timestamptz[]) AS d (account, at)
        JOIN attempts a ON a.account = d.account ORDER BY a.account FOR UPDATE OF a) AS d
  WHERE g.account = d.account AND (g.last_failure_at IS NULL OR g.last_failure_at < d.at)`;

const ridOf = (who: AttemptedId): AccountId | null => ('rid' in who ? who.rid : null);
const digestOf = (who: AttemptedId): string | null => ('rid' in who ? null : who.unknownDigest);

/**
 * Writes the denials that count for no lock-out (an unknown ID, a locked or a suspended one, a code used before) together, within a
 * second. A process that is killed loses at most those of its last second. What a guesser does again and again is one row.
 */
export class UncountedDenials extends Worker {
  #waiting = new Map<string, WaitingRow>();
  #minute = '';
  readonly #tallies = new Map<string, Tally>();
  protected readonly loop: Loop;
  #flushing: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly months: AttemptMonths,
    private readonly seals: AttemptSeals,
    logger: Logger,
  ) {
    super();
    this.loop = new Loop({
      turn: () => this.flush(),
      periodMillis: FLUSH_MILLIS,
      restsFirst: true,
      tell: (error) => logger.warn({ err: error }, 'attempts could not be written yet'),
    });
  }

  override async stop(): Promise<void> {
    await super.stop();
    await this.flush();
  }

  /** Takes a denial in; waits only where more wait than a database that answers leaves waiting. */
  async note(denial: Denial): Promise<void> {
    const row = this.#rowOf(denial);
    row.times += 1;
    this.#waiting.set(row.denial.id, row);
    if (this.#waiting.size >= MOST_WAITING) await this.flush();
  }

  /** Writes what waits; what could not be written waits for the next time. */
  flush(): Promise<void> {
    return (this.#flushing = ended(this.#flushing).then(() => this.#write()));
  }

  /** A row of its own, or the one that its like share in this minute. */
  #rowOf(denial: Denial): WaitingRow {
    const { at, contract, who, outcome } = denial;
    const minute = at.slice(0, 16);
    if (minute !== this.#minute) this.#tallies.clear();
    this.#minute = minute;
    if (!('rid' in who)) {
      const all = this.#tally(`${contract} ${outcome.reason}`);
      if (all.rows >= UNKNOWN_ROWS_A_MINUTE)
        return (all.shared ??= sharedRow({ ...denial, who: { unknownDigest: null } }));
      const row = this.#rowIn(this.#tally(`${contract} ${outcome.reason} ${who.unknownDigest}`), denial);
      if (row.times === 0) all.rows += 1;
      return row;
    }
    return this.#rowIn(this.#tally(`${contract} ${outcome.reason} ${who.rid}`), denial);
  }

  #rowIn(tally: Tally, denial: Denial): WaitingRow {
    if (tally.rows >= ROWS_A_MINUTE) return (tally.shared ??= sharedRow(denial));
    tally.rows += 1;
    return { denial, times: 0 };
  }

  #tally(key: string): Tally {
    let tally = this.#tallies.get(key);
    if (tally === undefined) this.#tallies.set(key, (tally = { rows: 0 }));
    return tally;
  }

  async #write(): Promise<void> {
    const taken = this.#waiting;
    if (taken.size === 0) return;
    this.#waiting = new Map();
    try {
      await this.#insert([...taken.values()]);
    } catch (error) {
      for (const [id, row] of taken) this.#waiting.set(id, row);
      throw error;
    }
  }

  async #insert(rows: readonly WaitingRow[]): Promise<void> {
    const denials = rows.map(({ denial }) => denial);
    await this.months.ready(denials.map(({ at }) => at));
    const origins = await this.seals.columnsOf(denials);
    const last = new Map<AccountId, string>();
    for (const { at, who } of denials)
      if ('rid' in who && (last.get(who.rid) ?? '') < at) last.set(who.rid, at);
    await this.database.transaction(async (tx) => {
      await tx.execute(INSERT, [
        denials.map(({ at }) => at),
        denials.map(({ id }) => id),
        denials.map(({ contract }) => contract),
        denials.map(({ who }) => ridOf(who)),
        denials.map(({ who }) => digestOf(who)),
        denials.map(({ origin }) => origin.key),
        denials.map(({ outcome }) => outcome.reason),
        origins.map(([ref]) => ref),
        origins.map(([, sealed]) => sealed),
        origins.map(([, , address]) => address),
        origins.map(([, , , network]) => network),
        rows.map(({ times }) => (times > 1 ? times : null)),
      ]);
      if (last.size > 0) await tx.execute(LAST_FAILURES, [[...last.keys()], [...last.values()]]);
    });
  }
}

/** Whose caller and address are those of the first. */
const sharedRow = (denial: Denial): WaitingRow => ({ denial: { ...denial, id: randomUUID() }, times: 0 });
