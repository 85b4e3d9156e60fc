import { workAlone, type Database } from '@smartkey/database';
import type { Clock, Instant, ContractId } from '@smartkey/kernel';
import { Loop, withinMillis, Worker } from '@smartkey/lifecycle';
import type { SecretBox } from '@smartkey/secrets';
import type { OutboxParts } from './mail-outbox.ts';
import { type Mailer, MailDeferredError, MailRefusedError, MailServerError } from './mailer.port.ts';
import { openMail } from './outbox-seals.ts';

/**
 * How often to look for mails that another instance has left, how soon again where one is at it, and how long to rest while there is no
 * server (system time).
 */
const LOOK_MILLIS = 15_000;
const BUSY_MILLIS = 2_000;
const LEAST_REST_MILLIS = 50;
const MOST_REST_MILLIS = 60_000;
/** Rests of a mail that is not taken for now: 30 s, doubled each time, an hour at most. */
const FIRST_REST_SECONDS = 30;
const MOST_REST_SECONDS = 3_600;
/** No try lasts longer, so that no second one begins beside it. */
const TRY_MILLIS = 100_000;
const CLAIM_SECONDS = 120;
/** With the mail that is under way when the process shall end. */
const PATIENCE_MILLIS = 5_000;
/** So long are mails that have ended kept; what they told of has records of its own. */
const KEPT_DAYS = 90;
/** So often those that are past it are looked for (system time), besides after each mail. */
const FORGET_MILLIS = 3_600_000;
const BATCH = 20;
const LOCK = 'mail-outbox';

interface ClaimedRow {
  readonly id: string;
  readonly identity: string;
  readonly sealed_to: string;
  readonly sealed_content: string;
  readonly attempts: number;
  readonly late: boolean;
}

/** How a mail has ended. */
export interface MailOutcome {
  readonly id: string;
  /** The UUID that derives from what it was queued as. */
  readonly identity: string;
  readonly kind: string;
  readonly contract: ContractId | null;
  readonly reference: string | null;
  readonly state: 'sent' | 'refused';
  readonly reason: string | null;
  readonly endedAt: Instant;
}

export interface MailWorkerParts extends OutboxParts {
  readonly mailer: Mailer;
  readonly log: {
    readonly info: (fields: object, message: string) => void;
    readonly warn: (fields: object, message: string) => void;
    readonly error: (fields: object, message: string) => void;
  };
  /** Hears how each mail has ended, at least once, before it is forgotten. One that fails is told again. */
  readonly onOutcome?: (outcome: MailOutcome) => Promise<void>;
  /** How often to look, for tests (system time). */
  readonly lookMillis?: number;
}

/** Sends what waits in an outbox, one instance at a time: the oldest first, each once a server takes it. */
export class MailWorker extends Worker {
  protected readonly loop: Loop;
  readonly #gaveUp = new AbortController();
  #forgotAt = Number.NEGATIVE_INFINITY;
  readonly #database: Database;
  readonly #secretBox: SecretBox;
  readonly #clock: Clock;

  constructor(private readonly parts: MailWorkerParts) {
    super();
    const { database, secretBox, clock, log, lookMillis = LOOK_MILLIS } = parts;
    this.#database = database;
    this.#secretBox = secretBox;
    this.#clock = clock;
    this.loop = new Loop({
      turn: async () => {
        const { hasWork, restMillis } = await this.#look();
        if (!hasWork) return Math.min(restMillis, lookMillis);
        return Math.min((await this.drain()) ? LEAST_REST_MILLIS : BUSY_MILLIS, lookMillis);
      },
      periodMillis: lookMillis,
      backoff: { firstMillis: Math.min(500, lookMillis), mostMillis: Math.max(lookMillis, MOST_REST_MILLIS) },
      tell: (error) =>
        error instanceof MailServerError
          ? log.warn({ err: error }, 'mails wait for the server')
          : log.error({ err: error }, 'mails are held up; they are tried again'),
      over: (failures) => log.info({ failures }, 'mails go out again'),
    });
  }

  /** Lets the mail that is under way come to its end, but does not wait for a server that is silent. */
  override async stop(): Promise<void> {
    const giveUp = setTimeout(() => this.#gaveUp.abort(), PATIENCE_MILLIS);
    await super.stop();
    clearTimeout(giveUp);
  }

  /**
   * Sends all that is due now.
   * @returns false, at once, where another instance is at it.
   * @throws MailServerError where no server takes mails.
   */
  async drain(): Promise<boolean> {
    const { stopping } = this.loop;
    const done = await workAlone(this.#database, { lock: LOCK, stopping }, async (over) => {
      await this.#tellOutcomes();
      while (!over.aborted) {
        const claimed = await this.#claim();
        if (claimed === undefined) break;
        await this.#send(claimed);
        await this.#tellOutcomes();
      }
      await this.#forget();
      this.#forgotAt = performance.now();
      return true;
    });
    return done ?? false;
  }

  /** Whether there is something to have the lock for, which takes a connection of its own; and how long until the next mail that waits is due. */
  async #look(): Promise<{ readonly hasWork: boolean; readonly restMillis: number }> {
    const [row] = await this.#database.query<{ millis: number | null; untold: boolean }>(
      `select
         (select ceil(extract(epoch from min(next_at) - now()) * 1000)::integer
          from mail_outbox where state = 'waiting') as millis,
         exists (select from mail_outbox where state <> 'waiting' and not told) as untold`,
    );
    const { millis, untold } = row!;
    const forgets = performance.now() - this.#forgotAt > FORGET_MILLIS;
    return {
      hasWork: untold || forgets || (millis !== null && millis <= 0),
      restMillis: millis === null ? Number.POSITIVE_INFINITY : Math.max(millis, LEAST_REST_MILLIS),
    };
  }

  /** Takes a mail that is due, and puts its next try far enough off that no other begins beside this one. */
  async #claim(): Promise<ClaimedRow | undefined> {
    const [row] = await this.#database.query<ClaimedRow>(
      `update mail_outbox set attempts = attempts + 1, next_at = now() + make_interval(secs => $1)
       where id = (
         select id from mail_outbox where state = 'waiting' and next_at <= now() order by next_at, id limit 1
       ) and state = 'waiting' and next_at <= now()
       returning id, identity, sealed_to, sealed_content, attempts, coalesce(send_by < now(), false) as late`,
      [CLAIM_SECONDS],
    );
    return row;
  }

  async #send(row: ClaimedRow): Promise<void> {
    const { id, identity } = row;
    if (row.late) return this.#end(id, 'refused', 'too-late');
    const mail = await openMail(this.#secretBox, id, { to: row.sealed_to, content: row.sealed_content });
    try {
      await withinMillis(
        this.parts.mailer.send({ ...mail, identity }),
        TRY_MILLIS,
        () => new MailServerError('the mail server does not come to an end with a mail'),
        this.#gaveUp.signal,
      );
    } catch (error) {
      if (error instanceof MailRefusedError) {
        this.parts.log.warn({ mail: id, because: error.because, reply: error.reply }, 'a mail was refused');
        return this.#end(id, 'refused', `${error.because} ${error.reply}`.trim());
      }
      if (error instanceof MailDeferredError) {
        this.parts.log.info({ mail: id, reply: error.reply }, 'a mail is tried again later');
        return this.#later(id, Math.min(FIRST_REST_SECONDS * 2 ** (row.attempts - 1), MOST_REST_SECONDS));
      }
      // It is not the mail's fault: it stands first when the server is back, and has had no try. One that was given up at the end may
      // have gone: it keeps its claim.
      if (error instanceof MailServerError && !this.#gaveUp.signal.aborted) await this.#later(id, 0, 1);
      throw error;
    }
    await this.#end(id, 'sent', null);
  }

  async #later(id: string, seconds: number, uncounted = 0): Promise<void> {
    await this.#database.execute(
      `update mail_outbox set next_at = now() + make_interval(secs => $2), attempts = attempts - $3
       where id = $1 and state = 'waiting'`,
      [id, seconds, uncounted],
    );
  }

  /** The content goes with the mail. */
  async #end(id: string, state: 'sent' | 'refused', reason: string | null): Promise<void> {
    await this.#database.execute(
      `update mail_outbox
       set state = $2, reason = $3, ended_at = $4, next_at = now(), sealed_content = null, told = $5
       where id = $1 and state = 'waiting'`,
      [id, state, reason, this.#clock.now(), this.parts.onOutcome === undefined],
    );
  }

  async #tellOutcomes(): Promise<void> {
    const { onOutcome } = this.parts;
    if (onOutcome === undefined) return;
    for (;;) {
      const rows = await this.#database.query<MailOutcome & { readonly ended_at: Instant }>(
        `select id, identity, kind, contract, reference, state, reason, ended_at from mail_outbox
         where state <> 'waiting' and not told order by id limit $1`,
        [BATCH],
      );
      for (const { ended_at: endedAt, ...row } of rows) {
        await onOutcome({ ...row, endedAt });
        await this.#database.execute('update mail_outbox set told = true where id = $1', [row.id]);
      }
      if (rows.length < BATCH) return;
    }
  }

  async #forget(): Promise<void> {
    await this.#database.execute(
      `delete from mail_outbox where state <> 'waiting' and told and next_at < now() - make_interval(days => $1)`,
      [KEPT_DAYS],
    );
  }
}
