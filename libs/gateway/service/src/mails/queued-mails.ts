import type { Sql } from '@smartkey/database';
import type { MailOutbox, MailWorker, PreparedMail } from '@smartkey/mail';
import type { PublicUrl } from '../settings/public-url.ts';

/** Mails that are prepared beforehand, for sealing asks the database, and queued with what they tell of. */
export abstract class QueuedMails {
  constructor(
    protected readonly outbox: Pick<MailOutbox, 'prepare' | 'queue'>,
    private readonly worker: Pick<MailWorker, 'wake'>,
    /** For the links in them. */
    protected readonly publicUrl: PublicUrl,
  ) {}

  /** Together with what it tells of. @returns the id of the mail of that identity that is queued. */
  queue(tx: Sql, mail: PreparedMail): Promise<string> {
    return this.outbox.queue(tx, mail);
  }

  /** What was queued is committed. */
  wake(): void {
    this.worker.wake();
  }
}
