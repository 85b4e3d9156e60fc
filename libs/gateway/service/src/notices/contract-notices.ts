import type { Database } from '@smartkey/database';
import type { LogFeeds, Message } from '@smartkey/event-bus';
import type { ContractId, PersonId } from '@smartkey/kernel';
import { Loop } from '@smartkey/lifecycle';
import { written, type MailOutbox, type MailWorker, type PreparedMail } from '@smartkey/mail';
import type { PeopleLog } from '../people/people-log.ts';
import { recipientOf } from '../recovery/recipient.ts';
import { noticeOf, type Notice } from './notice-letters.ts';

const SOURCE = 'contract';
const READ_AT_ONCE = 500;
/** So many people of one contract are written to. */
const MOST_RECIPIENTS = 50;
/** After so long nobody needs to read of it any more. */
const USEFUL_MILLIS = 7 * 24 * 3_600_000;

interface NoticeParts {
  readonly database: Database;
  readonly feeds: LogFeeds;
  readonly people: Pick<PeopleLog, 'load'>;
  readonly outbox: Pick<MailOutbox, 'prepare' | 'queue'>;
  readonly worker: Pick<MailWorker, 'wake'>;
  readonly log: {
    readonly info: (fields: object, message: string) => void;
    readonly warn: (fields: object, message: string) => void;
  };
  /** Between two looks at the log, in milliseconds of the system's time. */
  readonly lookMillis: number;
}

/**
 * Writes to the administrators of a contract what has happened to it: a cancellation with its day, a change of plan. Follows the contract
 * service's log; a mail is queued in the transaction that moves the place in it, so that each goes out once, whichever gateway is at it.
 * It begins where the log ends when it is first started, and is never replayed: what was before is told to nobody.
 */
export class ContractNotices {
  readonly #loop: Loop;

  constructor(private readonly parts: NoticeParts) {
    const { log, lookMillis } = parts;
    this.#loop = new Loop({
      turn: () => this.drain(),
      periodMillis: lookMillis,
      backoff: { firstMillis: Math.min(1_000, lookMillis), mostMillis: Math.max(60_000, lookMillis) },
      tell: (error) => log.warn({ err: error }, 'mails about contracts wait for the log'),
      over: (failures) => log.info({ failures }, 'mails about contracts go on'),
    });
  }

  start(): void {
    this.#loop.start();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Tells all that is new. @throws FeedUnavailableError where the service does not serve its log. */
  async drain(): Promise<void> {
    while (!this.#loop.stopping.aborted && (await this.#page()));
  }

  /** @returns whether there may be more. */
  async #page(): Promise<boolean> {
    const { database, feeds, outbox, worker } = this.parts;
    const { stopping: signal } = this.#loop;
    const [row] = await database.query<{ position: string }>(
      'SELECT position::text AS position FROM notice_places WHERE source = $1',
      [SOURCE],
    );
    if (row === undefined) {
      const { settled } = await feeds.read(SOURCE, { after: 0n, limit: 1, signal });
      await database.execute(
        'INSERT INTO notice_places (source, position) VALUES ($1, $2) ON CONFLICT (source) DO NOTHING',
        [SOURCE, String(settled)],
      );
      return false;
    }
    const after = BigInt(row.position);
    const { messages, upTo, settled } = await feeds.read(SOURCE, { after, limit: READ_AT_ONCE, signal });
    if (upTo === after) return false;
    const mails: PreparedMail[] = [];
    for (const message of messages) {
      const notice = noticeOf(message);
      if (notice !== undefined && message.contract !== undefined)
        mails.push(...(await this.#mailsOf(message, message.contract, notice)));
    }
    const told = await database.transaction(async (tx) => {
      const moved = await tx.execute(
        'UPDATE notice_places SET position = $3 WHERE source = $1 AND position = $2',
        [SOURCE, row.position, String(upTo)],
      );
      // Another gateway was here first: the mails are its.
      if (moved !== 1) return false;
      for (const mail of mails) await outbox.queue(tx, mail);
      return true;
    });
    if (told && mails.length > 0) worker.wake();
    return upTo < settled;
  }

  async #mailsOf(
    { id: event }: Message,
    contract: ContractId,
    { kind, letter }: Notice,
  ): Promise<readonly PreparedMail[]> {
    const { database, people, outbox } = this.parts;
    const rows = await database.query<{ id: PersonId }>(
      `SELECT id FROM people WHERE contract = $1 AND status = 'active' AND 'administer' = ANY (rights) ORDER BY id LIMIT $2`,
      [contract, MOST_RECIPIENTS],
    );
    const mails: PreparedMail[] = [];
    for (const { id } of rows) {
      const person = await people.load(id);
      if (person === undefined) continue;
      const { name, email } = recipientOf(person.state);
      mails.push(
        await outbox.prepare({
          identity: [kind, event, id],
          kind,
          contract,
          mail: { to: email, ...written({ name, ...letter }) },
          usefulMillis: USEFUL_MILLIS,
        }),
      );
    }
    return mails;
  }
}
