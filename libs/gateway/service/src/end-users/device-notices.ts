import type { Database } from '@smartkey/database';
import type { LogFeeds, Message } from '@smartkey/event-bus';
import { isOwnId, type AccountId, type DeviceId } from '@smartkey/kernel';
import type { PreparedMail } from '@smartkey/mail';
import type { Logger } from 'pino';
import { LogFollower } from '../log/log-follower.ts';
import { makeToken } from '../links/links.ts';
import type { UserLinks } from './user-links.ts';
import { REPORT_MILLIS, type UserMails } from './user-mails.ts';
import type { UserRegistry } from './user-registry.ts';

export interface DeviceNoticeParts {
  readonly database: Database;
  readonly feeds: LogFeeds;
  readonly registry: UserRegistry;
  readonly links: UserLinks;
  readonly mails: UserMails;
  readonly log: Logger;
}

/** Tells users of each new device, by the registry's log: whichever way it came, each is told of once. */
export const deviceNotices = (parts: DeviceNoticeParts): LogFollower =>
  new LogFollower({
    name: 'notices of devices',
    source: 'device-registry',
    types: ['DeviceEnrolled'],
    feeds: parts.feeds,
    place: placeIn(parts),
    handle: async (messages) => {
      for (const message of messages) await tell(parts, message);
    },
    tell: (error) => parts.log.warn({ err: error }, 'users are told later of their new devices'),
  });

const placeIn = ({ database, feeds }: DeviceNoticeParts) => ({
  /** Up to where users were told. Of devices from before there were links nobody is told: nobody had confirmed an address. */
  read: async (): Promise<bigint> => {
    const [known] = await database.query<{ position: bigint }>('SELECT position FROM user_notices');
    if (known !== undefined) return known.position;
    const { settled } = await feeds.read('device-registry', { after: 0n, limit: 1 });
    await database.execute('INSERT INTO user_notices (position) VALUES ($1) ON CONFLICT (one) DO NOTHING', [
      settled,
    ]);
    return settled;
  },
  move: (position: bigint) =>
    database.execute('UPDATE user_notices SET position = $1 WHERE position < $1', [position]),
});

/** The mail is known by the event, for several gateways may read the same message. */
async function tell(
  { registry, mails, links, database }: DeviceNoticeParts,
  { id, contract, data }: Message,
): Promise<void> {
  const { account, device } = data as {
    readonly account: AccountId;
    readonly device: DeviceId;
  };
  if (contract === undefined || !isOwnId('ctr', contract)) return;
  const { addresses } = await registry.notice({ contract, account }, device);
  for (const email of addresses) {
    const token = makeToken();
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
