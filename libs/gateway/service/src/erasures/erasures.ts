import type { Database } from '@smartkey/database';
import type { LogFeeds, Message } from '@smartkey/event-bus';
import type { AccountId, ContractId } from '@smartkey/kernel';
import type { Mailer, MailOutbox } from '@smartkey/mail';
import type { Logger } from 'pino';
import type { UserLinks } from '../end-users/user-links.ts';
import type { UserSessions } from '../end-users/user-sessions.ts';
import type { IdempotencyStore } from '../idempotency/idempotency-store.ts';
import { LogFollower } from '../log/log-follower.ts';

/** Its place among those that the gateway remembers of logs. */
export const ERASURES_PLACE = 'device-registry erasures';

export interface ErasuresParts {
  readonly database: Database;
  readonly feeds: LogFeeds;
  readonly answers: Pick<IdempotencyStore, 'forgetNaming'>;
  readonly links: Pick<UserLinks, 'dropAll'>;
  readonly sessions: Pick<UserSessions, 'endOfAccount'>;
  readonly outbox: Pick<MailOutbox, 'forget'>;
  readonly mailer: Mailer;
  readonly log: Logger;
}

interface Erased {
  readonly account: AccountId;
  readonly contract: ContractId;
}

/** Forgets whoever was erased, by the registry's log: mails to them, their links and browsers, and kept answers that name them. */
export const erasures = (parts: ErasuresParts): LogFollower =>
  new LogFollower({
    name: 'erasures',
    source: 'device-registry',
    types: ['PersonalDataErased'],
    feeds: parts.feeds,
    place: placeIn(parts.database),
    handle: (messages) => forget(parts, messages.flatMap(erasedBy)),
    tell: (error) => parts.log.warn({ err: error }, 'what is kept of erased people is forgotten later'),
  });

async function forget(
  { database, answers, links, sessions, outbox, mailer }: ErasuresParts,
  erased: readonly Erased[],
): Promise<void> {
  await database.transaction(async (tx) => {
    for (const { account } of erased) {
      await links.dropAll(tx, account);
      await sessions.endOfAccount(tx, account);
    }
  });
  for (const { account, contract } of erased) await outbox.forget(contract, account, mailer);
  await answers.forgetNaming(erased.map(({ account }) => account));
}

const placeIn = (database: Database) => ({
  /** From the beginning where it is new: an erasure may be older than this gateway. */
  read: async (): Promise<bigint> => {
    const [known] = await database.query<{ position: bigint }>(
      `INSERT INTO notice_places (source, position) VALUES ($1, 0)
       ON CONFLICT (source) DO UPDATE SET position = notice_places.position RETURNING position`,
      [ERASURES_PLACE],
    );
    return known!.position;
  },
  move: (position: bigint) =>
    database.execute('UPDATE notice_places SET position = $2 WHERE source = $1 AND position < $2', [
      ERASURES_PLACE,
      position,
    ]),
});

const erasedBy = ({ contract, data }: Message): readonly Erased[] =>
  contract === undefined ? [] : [{ account: (data as { readonly account: AccountId }).account, contract }];
