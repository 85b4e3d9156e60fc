import type { Database, Sql } from '@smartkey/database';
import { derivedUuid, newId } from '@smartkey/identity';
import type { Clock, Instant, ContractId, MailId } from '@smartkey/kernel';
import type { SecretBox } from '@smartkey/secrets';
import { type Mail, mustBeSendable } from './mail.ts';
import type { Mailer } from './mailer.port.ts';
import { openRecipient, type SealedMail, sealMail } from './outbox-seals.ts';

export type MailState = 'waiting' | 'sent' | 'refused';

/** A mail, and what it is. */
export interface MailToQueue {
  /**
   * What it is the only one of, such as the id of the event that causes it: `['invitation', eventId]`. The same again is the same mail, and
   * its Message-ID derives from this.
   */
  readonly identity: readonly string[];
  /** As people see it in the list: `invitation`, `invoice`. */
  readonly kind: string;
  /** The contract that it concerns, whose contractor may see that it went. */
  readonly contract?: ContractId;
  /** What whoever queues it finds it by when it has ended: `MailOutcome.reference`. */
  readonly reference?: string;
  readonly mail: Mail;
  /** After so long (system time, from now) it is of no use, and is not sent any more: `refused`, `too-late`. */
  readonly usefulMillis?: number;
}

/** A mail that is sealed and may be queued inside a transaction. */
export interface PreparedMail {
  readonly id: MailId;
  readonly identity: string;
  readonly kind: string;
  readonly contract: ContractId | null;
  readonly reference: string | null;
  readonly sealed: SealedMail;
  readonly queuedAt: Instant;
  readonly usefulMillis: number | null;
}

/** What is shown of a mail. */
export interface ListedMail {
  /** `mail_…`; later ones sort behind earlier ones. */
  readonly id: MailId;
  readonly to: string;
  readonly kind: string;
  readonly contract?: ContractId;
  readonly state: MailState;
  /** Why it is refused: `recipient 550 5.1.1`, `content 552 5.3.4`, `too-late`. */
  readonly reason?: string;
  readonly queuedAt: Instant;
  /** When it went or was refused. */
  readonly endedAt?: Instant;
}

interface ListedRow {
  readonly id: MailId;
  readonly sealed_to: string;
  readonly kind: string;
  readonly contract: ContractId | null;
  readonly state: MailState;
  readonly reason: string | null;
  readonly queued_at: Instant;
  readonly ended_at: Instant | null;
}

export interface OutboxParts {
  /** Of the service; has `mailOutboxMigration` applied. */
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
}

/**
 * Mails of a service on their way out. To send one:
 *
 * ```ts
 * const prepared = await outbox.prepare({ identity: ['invitation', eventId], kind: 'invitation', mail: { to, subject, text } });
 * await database.transaction(async (tx) => {
 *   …                                    // what the mail tells of
 *   await outbox.queue(tx, prepared);    // together with it, or not at all
 * });
 * worker.wake();
 * ```
 *
 * `prepare` seals and asks the database, so it stands before the transaction; `queue` is one statement. Where the fact lies in a log that is not
 * the transaction's, a reactor queues: it may run twice, and the same `identity` is the same mail. A projection never queues: it is replayed.
 * The service has `mailOutboxMigration(id)` among its migrations, `mailSealedColumns` among what `rotate-keys` seals again, and one `MailWorker`.
 *
 * What is promised: a mail that is queued goes out when the server takes it, however long that is down. It goes out once, but where the process
 * dies, or the connection breaks, between the server's yes and our note of it: then again, with the same Message-ID.
 */
export class MailOutbox {
  constructor(private readonly parts: OutboxParts) {}

  /** @throws UnsendableMailError where the mail is none that a server could take. */
  async prepare({
    identity,
    kind,
    contract,
    reference,
    mail,
    usefulMillis,
  }: MailToQueue): Promise<PreparedMail> {
    mustBeSendable(mail);
    const queuedAt = this.parts.clock.now();
    const uuid = derivedUuid('mail', ...identity);
    const id = newId('mail', queuedAt, uuid);
    return {
      id,
      identity: uuid,
      kind,
      contract: contract ?? null,
      reference: reference ?? null,
      sealed: await sealMail(this.parts.secretBox, id, mail),
      queuedAt,
      usefulMillis: usefulMillis ?? null,
    };
  }

  /** @returns the id of the mail; of the one that is queued already, where there is one of that identity. */
  async queue(tx: Sql, mail: PreparedMail): Promise<string> {
    await tx.execute(
      `insert into mail_outbox (id, identity, kind, contract, reference, sealed_to, sealed_content, state, queued_at, send_by)
       values ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, now() + make_interval(secs => $9::double precision / 1000))
       on conflict (identity) do nothing`,
      [
        mail.id,
        mail.identity,
        mail.kind,
        mail.contract,
        mail.reference,
        mail.sealed.to,
        mail.sealed.content,
        mail.queuedAt,
        mail.usefulMillis,
      ],
    );
    const [row] = await tx.query<{ id: string }>('select id from mail_outbox where identity = $1', [
      mail.identity,
    ]);
    if (row === undefined) throw new Error('a mail that was queued is not there');
    return row.id;
  }

  /**
   * Forgets all mails about something of a contract, sent or not.
   * @param mailer where they may lie too.
   */
  async forget(contract: ContractId, reference: string, mailer: Pick<Mailer, 'forget'>): Promise<void> {
    const { database } = this.parts;
    const mails = await database.query<{ id: string; identity: string }>(
      'select id, identity from mail_outbox where contract = $1 and reference = $2',
      [contract, reference],
    );
    // The rows last: by them the files are found, should this end between the two.
    for (const { identity } of mails) await mailer.forget?.(identity);
    await database.execute('delete from mail_outbox where id = any($1::text[])', [mails.map(({ id }) => id)]);
  }

  /** Mails, the latest first. `before`: those that were queued before that one. */
  async list(wanted: {
    readonly contract?: ContractId;
    readonly before?: string;
    readonly limit: number;
  }): Promise<readonly ListedMail[]> {
    const rows = await this.parts.database.query<ListedRow>(
      `select id, sealed_to, kind, contract, state, reason, queued_at, ended_at from mail_outbox
       where ($1::text is null or contract = $1) and ($2::text is null or id < $2)
       order by id desc limit $3`,
      [wanted.contract ?? null, wanted.before ?? null, wanted.limit],
    );
    const listed: ListedMail[] = [];
    for (const row of rows)
      listed.push({
        id: row.id,
        to: await openRecipient(this.parts.secretBox, row.id, row.sealed_to),
        kind: row.kind,
        ...(row.contract !== null && { contract: row.contract }),
        state: row.state,
        ...(row.reason !== null && { reason: row.reason }),
        queuedAt: row.queued_at,
        ...(row.ended_at !== null && { endedAt: row.ended_at }),
      });
    return listed;
  }
}
