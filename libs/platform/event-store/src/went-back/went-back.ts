import type { Database, Transaction } from '@smartkey/database';
import type { Instant } from '@smartkey/kernel';
import { anchorFromJson, anchorToJson, type Anchor, type AnchorJson } from './anchor.ts';
import { LogWentBackError } from './log-went-back-error.ts';

/** What somebody knows of a log that the log does not have. */
export interface Evidence {
  /** `billing/usage_ledger_v3_1/0`: service, consumer and partition. */
  readonly reader: string;
  /** The event that the log lacks; undefined where the reader has none to show, as a checkpoint. */
  readonly known?: Anchor | undefined;
  readonly detail: string;
}

/** As it was kept. */
export interface KeptEvidence extends Evidence {
  /** Where the log ended then; undefined where it was empty. */
  readonly head?: Anchor | undefined;
  readonly at: Instant;
}

/** A log that is known to have gone back. */
export interface WentBack {
  readonly since: Instant;
  /** The first few, the furthest first. */
  readonly evidence: readonly KeptEvidence[];
}

/** So many readers are kept; more say nothing new. */
const MOST_EVIDENCE = 200;

/** Where a log keeps since when it is known to have gone back: a row that each of its appends reads. */
export type StateTable = 'event_log_state' | 'log_fence';

/** Whether a log is known to lack events, and by whom: rows in the database of the log's service, which every instance obeys. */
export class LogStanding {
  constructor(
    private readonly database: Database,
    private readonly table: StateTable,
    private readonly options: {
      /** Waits for appends that are under way, in the transaction that stops them. */
      readonly stopAppends?: string;
      /** Called when the rows say something else than before. */
      readonly changed?: () => Promise<void>;
    },
  ) {}

  async wentBack(): Promise<WentBack | undefined> {
    const since = await this.since();
    if (since === undefined) return undefined;
    const rows = await this.database.query<{
      reader: string;
      known: AnchorJson | null;
      detail: string;
      head: AnchorJson | null;
      at: Instant;
    }>(
      `SELECT reader, known, detail, head, at FROM log_evidence
       ORDER BY (known ->> 'position')::bigint DESC NULLS LAST, reader`,
    );
    const evidence = rows.map(({ known, head, ...row }) => ({
      ...row,
      ...(known === null ? {} : { known: anchorFromJson(known) }),
      ...(head === null ? {} : { head: anchorFromJson(head) }),
    }));
    return { since, evidence };
  }

  async since(): Promise<Instant | undefined> {
    const [row] = await this.database.query<{ since: Instant | null }>(
      `SELECT went_back_since AS since FROM ${this.table}`,
    );
    return row?.since ?? undefined;
  }

  /** @throws LogWentBackError */
  async mustStand(): Promise<void> {
    if ((await this.since()) !== undefined) throw new LogWentBackError();
  }

  /** From the answer on nothing is appended. What was said before by the same reader stays, with its time. */
  async enter(evidence: readonly Evidence[], head: Anchor | undefined): Promise<void> {
    if (evidence.length === 0) return;
    await this.database.transaction(async (tx) => {
      await this.#stopAppends(tx);
      await tx.execute(
        `UPDATE ${this.table} SET went_back_since = coalesce(went_back_since, date_trunc('milliseconds', clock_timestamp()))`,
      );
      await tx.execute(
        `INSERT INTO log_evidence (reader, known, detail, head)
         SELECT e.reader, e.known::jsonb, e.detail, $4::jsonb
         FROM unnest($1::text[], $2::text[], $3::text[]) AS e (reader, known, detail)
         WHERE (SELECT count(*) FROM log_evidence) < ${MOST_EVIDENCE}
         ON CONFLICT (reader) DO NOTHING`,
        [
          evidence.map(({ reader }) => reader),
          evidence.map(({ known }) => (known === undefined ? null : JSON.stringify(anchorToJson(known)))),
          evidence.map(({ detail }) => detail),
          head === undefined ? null : JSON.stringify(anchorToJson(head)),
        ],
      );
    });
    await this.options.changed?.();
  }

  /** The log has again what these readers know; without any that it lacks it stands again. @returns whether it does. */
  async lift(readers: readonly string[]): Promise<boolean> {
    const stands = await this.database.transaction(async (tx) => {
      await this.#stopAppends(tx);
      await tx.execute('DELETE FROM log_evidence WHERE reader = ANY ($1::text[])', [readers]);
      const [left] = await tx.query('SELECT 1 AS there FROM log_evidence LIMIT 1');
      if (left !== undefined) return false;
      await tx.execute(`UPDATE ${this.table} SET went_back_since = NULL`);
      return true;
    });
    await this.options.changed?.();
    return stands;
  }

  async #stopAppends(tx: Transaction): Promise<void> {
    if (this.options.stopAppends !== undefined) await tx.query(this.options.stopAppends);
  }
}
