import type { Database } from '@smartkey/database';
import type { LogFeeds, Message } from '@smartkey/event-bus';
import type { ContractId, PersonId } from '@smartkey/kernel';
import { Loop, Worker } from '@smartkey/lifecycle';
import { writtenLetter, type MailOutbox, type MailWorker, type PreparedMail } from '@smartkey/mail';
import type { PeopleLog } from '../people/people-log.ts';
import { mailRecipientOf } from '../recovery/recipient.ts';
import type { PublicUrl } from '../settings/public-url.ts';
import { noticeOf, toldTypes, type ContractNotice, type NoticeSource } from './notice-letters.ts';

const SOURCES: readonly NoticeSource[] = ['contract', 'authentication'];
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
  /** For the ways to pages. */
  readonly publicUrl: Pick<PublicUrl, 'origin'>;
  readonly log: {
    readonly info: (fields: object, message: string) => void;
    readonly warn: (fields: object, message: string) => void;
  };
  /** Between two looks at the log, in milliseconds of the system's time. */
  readonly lookMillis: number;
}

/**
 * Writes to people of a contract what has happened to it: to its administrators a cancellation with its day and a change of plan, to who
 * looks after IDs a lock. Follows the logs of the contract and the authentication service; a mail is queued in the transaction that moves
 * the place in a log, so that each goes out once, whichever gateway is at it. It begins where a log ends when it is first started, and is never replayed: what was before is told to nobody.
 */
export class ContractNotices extends Worker {
  protected readonly loop: Loop;

  constructor(private readonly parts: NoticeParts) {
    super();
    const { log, lookMillis } = parts;
    this.loop = new Loop({
      turn: () => this.drain(),
      periodMillis: lookMillis,
      backoff: { firstMillis: Math.min(1_000, lookMillis), mostMillis: Math.max(60_000, lookMillis) },
      tell: (error) => log.warn({ err: error }, 'mails about contracts wait for the log'),
      over: (failures) => log.info({ failures }, 'mails about contracts go on'),
    });
  }

  /** Tells all that is new; of one log also where another cannot be read. @throws FeedUnavailableError where a service does not serve its log. */
  async drain(): Promise<void> {
    const drained = await Promise.allSettled(SOURCES.map((source) => this.#drain(source)));
    const failed = drained.find((each) => each.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async #drain(source: NoticeSource): Promise<void> {
    while (!this.loop.stopping.aborted && (await this.#page(source)));
  }

  /** @returns whether there may be more. */
  async #page(source: NoticeSource): Promise<boolean> {
    const { database, feeds, outbox, worker } = this.parts;
    const { stopping: signal } = this.loop;
    const [row] = await database.query<{ position: string }>(
      'SELECT position::text AS position FROM notice_places WHERE source = $1',
      [source],
    );
    if (row === undefined) {
      const { settled } = await feeds.read(source, { after: 0n, limit: 1, signal });
      await database.execute(
        'INSERT INTO notice_places (source, position) VALUES ($1, $2) ON CONFLICT (source) DO NOTHING',
        [source, String(settled)],
      );
      return false;
    }
    const after = BigInt(row.position);
    const types = toldTypes(source);
    const { messages, upTo, settled } = await feeds.read(source, {
      after,
      limit: READ_AT_ONCE,
      types,
      signal,
    });
    // A place that moves for the sake of moving is a transaction at each look, and the end of a log moves with every transaction of its database.
    if (messages.length === 0 && upTo >= settled) return false;
    const mails = await this.#mailsOf(source, messages);
    const told = await database.transaction(async (tx) => {
      const moved = await tx.execute(
        'UPDATE notice_places SET position = $3 WHERE source = $1 AND position = $2',
        [source, row.position, String(upTo)],
      );
      // Another gateway was here first: the mails are its.
      if (moved !== 1) return false;
      for (const mail of mails) await outbox.queue(tx, mail);
      return true;
    });
    if (told && mails.length > 0) worker.wake();
    return upTo < settled;
  }

  async #mailsOf(source: NoticeSource, messages: readonly Message[]): Promise<readonly PreparedMail[]> {
    const mails: PreparedMail[] = [];
    const prepared = new Set<string>();
    for (const message of messages) {
      const { id, contract } = message;
      const notice = noticeOf(source, message);
      if (notice === undefined || contract === undefined) continue;
      const about = notice.once === undefined ? id : `${contract} ${notice.once}`;
      if (prepared.has(`${notice.kind} ${about}`)) continue;
      prepared.add(`${notice.kind} ${about}`);
      mails.push(...(await this.#toPeople(about, contract, notice)));
    }
    return mails;
  }

  /** @param about what is told of once. */
  async #toPeople(
    about: string,
    contract: ContractId,
    { kind, rights, letter, page }: ContractNotice,
  ): Promise<readonly PreparedMail[]> {
    const { database, people, outbox, publicUrl } = this.parts;
    const rows = await database.query<{ id: PersonId }>(
      `SELECT id FROM people WHERE contract = $1 AND status = 'active' AND rights && $2::text[] ORDER BY id LIMIT $3`,
      [contract, rights, MOST_RECIPIENTS],
    );
    const link = page && { link: `${publicUrl.origin}/portal/contracts/${contract}/${page}` };
    const mails: PreparedMail[] = [];
    for (const { id } of rows) {
      const person = await people.load(id);
      if (person === undefined) continue;
      const { name, email } = mailRecipientOf(person.state);
      mails.push(
        await outbox.prepare({
          identity: [kind, about, id],
          kind,
          contract,
          mail: { to: email, ...writtenLetter({ name, ...letter, ...link }) },
          usefulMillis: USEFUL_MILLIS,
        }),
      );
    }
    return mails;
  }
}
