import type { Database, Sql, Transaction } from '@smartkey/database';
import type { Instant } from '@smartkey/kernel';
import { randomUUID } from 'node:crypto';
import { anchorToJson, type Anchor } from './anchor.ts';
import { type Evidence, evidenceIn, keepEvidence, type WentBack } from './evidence.ts';
import { type AcceptedLoss, type CarryOutLoss, type Incarnation, incarnationsIn } from './incarnations.ts';
import { LogWentBackError } from './log-went-back-error.ts';
import {
  keepProposal,
  keptProposalIn,
  keptText,
  type KeptProposal,
  LossRefusedError,
  type LossProposal,
  proposalIn,
} from './loss-proposal.ts';

/** No loss was accepted that the log does not tell of yet. */
export class NotRestoringError extends Error {
  override readonly name = 'NotRestoringError';
  constructor() {
    super('the log has no accepted loss to tell of');
  }
}

/** As who it is known that log and database do not belong together. */
const BY_ID = 'the id of the log';
/** As who the state goes on behind an acceptance, until the log itself tells of the loss. */
const RESTORING = 'the log, which does not tell of its loss yet';

/** Where a log keeps since when it is known to have gone back: a row that each of its appends reads. */
export type StateTable = 'event_log_state' | 'log_fence';

/** Whether a log is known to lack events, and by whom: rows in the database of the log's service, which every instance obeys. */
export class LogStanding {
  constructor(
    private readonly database: Database,
    private readonly table: StateTable,
    private readonly options: {
      /** The last event of the log. @param sql to be read by, where the log lies in the database. */
      readonly head: (sql: Sql) => Promise<Anchor | undefined>;
      /** Waits for appends that are under way, in the transaction that stops them. */
      readonly stopAppends?: string;
      /** Called when the rows say something else than before. */
      readonly changed?: () => Promise<void>;
      /** Sees that no position up to this one is given again, in the transaction that begins an incarnation. */
      readonly liftAbove?: string;
      /** Joins what a log needs to be written to again, in the transaction that begins an incarnation. */
      readonly goOn?: (tx: Sql) => Promise<void>;
      /** Called behind that; whatever it has not done is done when the log is opened next. */
      readonly wentOn?: () => Promise<void>;
      /** What log or database have lost of what they know each other by; undefined where they belong together. */
      readonly lost?: () => Promise<string | undefined>;
    },
  ) {}

  async wentBack(): Promise<WentBack | undefined> {
    const since = await this.since();
    if (since === undefined) return undefined;
    return { since, evidence: await evidenceIn(this.database) };
  }

  since(): Promise<Instant | undefined> {
    return this.#since(this.database);
  }

  async #since(sql: Sql): Promise<Instant | undefined> {
    const [row] = await sql.query<{ since: Instant | null }>(
      `SELECT went_back_since AS since FROM ${this.table}`,
    );
    return row?.since ?? undefined;
  }

  /** @throws LogWentBackError */
  async mustStand(): Promise<void> {
    if ((await this.since()) !== undefined) throw new LogWentBackError();
  }

  /**
   * From the answer on nothing is appended. What was said before by the same reader stays, with its time. What was given up with an
   * incarnation that has ended, if only a moment ago, is no news.
   */
  async enter(told: readonly Evidence[], head: Anchor | undefined): Promise<void> {
    if (told.length === 0) return;
    await this.database.transaction(async (tx) => {
      await this.#stopAppends(tx);
      const current = (await incarnationsIn(tx)).at(-1)?.number ?? 1;
      const evidence = told.filter(({ known }) => known === undefined || known.incarnation >= current);
      if (evidence.length === 0) return;
      await tx.execute(
        `UPDATE ${this.table} SET went_back_since = coalesce(went_back_since, date_trunc('milliseconds', clock_timestamp()))`,
      );
      await keepEvidence(tx, evidence, head);
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

  /** What log or database have lost of what they know each other by; undefined where they belong together. */
  async lost(): Promise<string | undefined> {
    return this.options.lost?.();
  }

  /** From the answer on nothing is appended, where one of them has lost it. */
  async enterWhereLost(): Promise<void> {
    const detail = await this.lost();
    if (detail !== undefined)
      await this.enter([{ reader: BY_ID, detail }], await this.options.head(this.database));
  }

  /** Of readers with no event to show, those whose word holds no more. */
  async over(evidence: readonly Evidence[]): Promise<readonly string[]> {
    const byId = evidence.some(({ reader }) => reader === BY_ID);
    return byId && (await this.lost()) === undefined ? [BY_ID] : [];
  }

  /** In their order; none where no loss was ever accepted. */
  async incarnations(): Promise<readonly Incarnation[]> {
    return incarnationsIn(this.database);
  }

  /** When a loss was accepted last (system time). */
  async begunAt(): Promise<Instant | undefined> {
    const [row] = await this.database.query<{ at: Instant | null }>(
      'SELECT max(at) AS at FROM log_incarnations',
    );
    return row?.at ?? undefined;
  }

  proposal(): Promise<LossProposal | undefined> {
    return proposalIn(this.database);
  }

  /**
   * The first of two persons. What another has proposed stands, unless the log ended elsewhere then.
   * @param keptPosition where the log ends, as the person knows it; where missing, as it does.
   * @throws LossRefusedError
   */
  propose(by: string, reason: string, keptPosition?: bigint): Promise<LossProposal> {
    return this.database.transaction(async (tx) => {
      await this.#stopAppends(tx);
      if (!(await this.#lacks(tx)))
        throw new LossRefusedError(
          'no-loss',
          'the log is not known to lack anything: there is no loss to accept',
        );
      const head = await this.options.head(tx);
      const kept = head?.position ?? 0n;
      if (keptPosition !== undefined && keptPosition !== kept)
        throw new LossRefusedError('ends-elsewhere', `the log ends at position ${kept}, not ${keptPosition}`);
      return keepProposal(tx, by, reason, head);
    });
  }

  /**
   * The second of two persons: what the log lacks is given up, and it begins an incarnation whose number is above every one that
   * is known, and where positions grow at positions above every one that is known. What is known is read while nobody can say more.
   * It is written to again once it tells of its loss itself: `EventStore.appendRestored`.
   * @param proposed id of the very one that the person has seen; where missing, whichever there is.
   * @param above a number that somebody beside the evidence knows of.
   * @throws LossRefusedError
   */
  async accept(
    by: string,
    carryOut?: CarryOutLoss,
    { proposed, above = 1 }: { readonly proposed?: string | undefined; readonly above?: number } = {},
  ): Promise<AcceptedLoss> {
    const accepted = await this.database.transaction(async (tx) => {
      await this.#stopAppends(tx);
      const proposal = await this.#confirmable(tx, by, proposed);
      const known = (await evidenceIn(tx)).flatMap((each) => (each.known === undefined ? [] : [each.known]));
      const head = await this.options.head(tx);
      if (proposal.kept !== null && proposal.kept !== keptText(head))
        throw new LossRefusedError(
          'ends-elsewhere',
          'the log ends elsewhere than when the loss was proposed: it has to be proposed again',
        );
      const furthest = known.reduce(
        (last, each) => (last === undefined || each.position > last.position ? each : last),
        head,
      );
      const [row] = await tx.query<Pick<Incarnation, 'number' | 'id' | 'keptPosition'>>(
        `INSERT INTO log_incarnations (number, id, kept_position, old_head, proposed_by, accepted_by, reason)
         SELECT 1 + greatest($1::integer, coalesce((SELECT max(number) FROM log_incarnations), 1)), $2::uuid, $3::bigint, $4::jsonb, $5, $6, $7
         RETURNING number, id, kept_position AS "keptPosition"`,
        [
          Math.max(above, ...known.map(({ incarnation }) => incarnation)),
          randomUUID(),
          head?.position ?? 0n,
          furthest === undefined ? null : JSON.stringify(anchorToJson(furthest)),
          proposal.proposedBy,
          by,
          proposal.reason,
        ],
      );
      if (this.options.liftAbove !== undefined)
        await tx.execute(this.options.liftAbove, [furthest?.position ?? 0n]);
      await tx.execute('DELETE FROM log_evidence');
      await tx.execute('DELETE FROM log_loss_proposal');
      await tx.execute('INSERT INTO log_evidence (reader, detail, head) VALUES ($1, $2, $3::jsonb)', [
        RESTORING,
        `the loss was accepted; what begins incarnation ${row!.number} is not in the log yet`,
        head === undefined ? null : JSON.stringify(anchorToJson(head)),
      ]);
      const loss: AcceptedLoss = {
        ...row!,
        ...(furthest !== undefined && { oldHead: furthest }),
        head,
        by: [proposal.proposedBy, by],
        reason: proposal.reason,
      };
      await carryOut?.(tx, loss);
      await this.options.goOn?.(tx);
      return loss;
    });
    await this.options.wentOn?.();
    await this.options.changed?.();
    return accepted;
  }

  /** The loss that was accepted, where the log does not tell of it yet: nothing else is appended until it does. */
  async restoring(): Promise<AcceptedLoss | undefined> {
    if (!(await isRestoring(this.database))) return undefined;
    const last = (await incarnationsIn(this.database)).at(-1)!;
    const [row] = await this.database.query<{ by: readonly [string, string]; reason: string }>(
      'SELECT ARRAY[proposed_by, accepted_by] AS by, reason FROM log_incarnations WHERE number = $1',
      [last.number],
    );
    return { ...last, ...row!, head: await this.options.head(this.database) };
  }

  /**
   * The log tells of its loss: it is written to again, unless somebody says something new against it.
   * @param append appends what tells of it in the same transaction, where the log lies in the database; else it was appended before.
   * @throws NotRestoringError
   */
  async endRestoring<T>(append: (tx: Transaction) => Promise<T>): Promise<T> {
    const result = await this.database.transaction(async (tx) => {
      await this.#stopAppends(tx);
      if (!(await isRestoring(tx))) throw new NotRestoringError();
      const since = await this.#since(tx);
      await tx.execute(`UPDATE ${this.table} SET went_back_since = NULL`);
      const appended = await append(tx);
      await tx.execute('DELETE FROM log_evidence WHERE reader = $1', [RESTORING]);
      await tx.execute(
        `UPDATE ${this.table} SET went_back_since = $1 WHERE EXISTS (SELECT FROM log_evidence)`,
        [since],
      );
      return appended;
    });
    await this.options.changed?.();
    return result;
  }

  async #confirmable(tx: Sql, by: string, id: string | undefined): Promise<KeptProposal> {
    if (!(await this.#lacks(tx)))
      throw new LossRefusedError('no-loss', 'the log is not known to lack anything');
    const proposal = await keptProposalIn(tx);
    if (proposal === undefined || (id !== undefined && proposal.id !== id))
      throw new LossRefusedError('not-proposed', 'nobody has proposed to accept the loss');
    if (proposal.proposedBy === by)
      throw new LossRefusedError('same-person', `${by} has proposed it: another person has to confirm`);
    return proposal;
  }

  /** Whether somebody knows of an event that the log lacks, beside what was given up. */
  async #lacks(sql: Sql): Promise<boolean> {
    if ((await this.#since(sql)) === undefined) return false;
    const [told] = await sql.query(
      `SELECT 1 AS there WHERE NOT EXISTS (SELECT FROM log_evidence WHERE reader = $1)
         OR EXISTS (SELECT FROM log_evidence WHERE reader <> $1)`,
      [RESTORING],
    );
    return told !== undefined;
  }

  /** Whoever enters, lifts or accepts waits for each other, and appends for them. */
  async #stopAppends(tx: Transaction): Promise<void> {
    if (this.options.stopAppends !== undefined) await tx.query(this.options.stopAppends);
    await tx.query(`SELECT 1 AS held FROM ${this.table} FOR UPDATE`);
  }
}

async function isRestoring(sql: Sql): Promise<boolean> {
  const [row] = await sql.query('SELECT 1 AS there FROM log_evidence WHERE reader = $1', [RESTORING]);
  return row !== undefined;
}
