import type { Database } from '@smartkey/database';
import type { LogFeeds, Message } from '@smartkey/event-bus';
import { isOwnId, type AccountId, type DeviceId } from '@smartkey/kernel';
import { Loop } from '@smartkey/lifecycle';
import type { PreparedMail } from '@smartkey/mail';
import { inSpan } from '@smartkey/tracing';
import type { Logger } from 'pino';
import { makeUserToken, type UserLinks } from './user-links.ts';
import { REPORT_MILLIS, type UserMails } from './user-mails.ts';
import type { UserRegistry } from './user-registry.ts';

/** Confirmations pass this gateway, which is woken by them; those that another one let pass are found after so long at most. */
const EVERY_MILLIS = 60_000;
const AT_ONCE = 500;

export interface DeviceNoticeParts {
  readonly database: Database;
  readonly feeds: LogFeeds;
  readonly registry: UserRegistry;
  readonly links: UserLinks;
  readonly mails: UserMails;
  readonly log: Logger;
}

/**
 * Tells users of each new device, by the registry's log: whichever way it came, and whatever died meanwhile, each is told of once. Several gateways
 * may read the same message: the mail is known by the event.
 */
export class DeviceNotices {
  readonly #loop: Loop;

  constructor(private readonly parts: DeviceNoticeParts) {
    this.#loop = new Loop({
      turn: (signal) =>
        inSpan('notices of devices', { service: 'gateway', root: true, quiet: true }, () =>
          this.#turn(signal),
        ),
      periodMillis: EVERY_MILLIS,
      tell: (error) => parts.log.warn({ err: error }, 'users are told later of their new devices'),
    });
  }

  start(): void {
    this.#loop.start();
  }

  /** A device was confirmed. */
  wake(): void {
    this.#loop.wake();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  async #turn(signal: AbortSignal): Promise<void> {
    let after = await this.#position();
    while (!signal.aborted) {
      const page = await this.parts.feeds.read('device-registry', { after, limit: AT_ONCE, signal });
      for (const message of page.messages) if (message.type === 'DeviceEnrolled') await this.#tell(message);
      if (page.upTo > after)
        await this.parts.database.execute('UPDATE user_notices SET position = $1 WHERE position < $1', [
          page.upTo,
        ]);
      if (page.messages.length < AT_ONCE) return;
      after = page.upTo;
    }
  }

  /** Up to where users were told. Of devices from before there were links nobody is told: nobody had confirmed an address. */
  async #position(): Promise<bigint> {
    const { database, feeds } = this.parts;
    const [known] = await database.query<{ position: bigint }>('SELECT position FROM user_notices');
    if (known !== undefined) return known.position;
    const { settled } = await feeds.read('device-registry', { after: 0n, limit: 1 });
    await database.execute('INSERT INTO user_notices (position) VALUES ($1) ON CONFLICT (one) DO NOTHING', [
      settled,
    ]);
    return settled;
  }

  async #tell({ id, contract, data }: Message): Promise<void> {
    const { registry, mails, links, database } = this.parts;
    const { account, device } = data as {
      readonly account: AccountId;
      readonly device: DeviceId;
    };
    if (contract === undefined || !isOwnId('ctr', contract)) return;
    const { addresses } = await registry.notice({ contract, account }, device);
    for (const email of addresses) {
      const token = makeUserToken();
      const mail: PreparedMail = await mails.newDevice([id, email], { email, contract, account }, token);
      await database.transaction(async (tx) => {
        const told = await mails.queue(tx, mail);
        // It was told before, by another token.
        if (told !== mail.id) return;
        await links.keep(
          tx,
          token,
          { purpose: 'report', contract, account, device },
          links.after(REPORT_MILLIS),
        );
      });
    }
    if (addresses.length > 0) mails.wake();
  }
}
