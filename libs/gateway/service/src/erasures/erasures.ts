import type { Database } from '@smartkey/database';
import type { LogFeeds, Message } from '@smartkey/event-bus';
import type { AccountId, ContractId } from '@smartkey/kernel';
import { Loop } from '@smartkey/lifecycle';
import type { Mailer, MailOutbox } from '@smartkey/mail';
import { inSpan } from '@smartkey/tracing';
import type { Logger } from 'pino';
import type { UserLinks } from '../end-users/user-links.ts';
import type { UserSessions } from '../end-users/user-sessions.ts';
import type { IdempotencyStore } from '../idempotency/idempotency-store.ts';

/** Erasures that pass this gateway wake it; those by a setting, or past another gateway, are found after so long at most. */
const EVERY_MILLIS = 60_000;
const AT_ONCE = 500;
/** Its place among those that the gateway remembers of logs. */
const PLACE = 'device-registry erasures';

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

/**
 * Forgets whoever was erased, by the registry's log: mails to them, their links and browsers, and kept answers that name them. The place
 * in the log moves behind that, so that whatever dies meanwhile, it is done; several gateways may do it twice.
 */
export class Erasures {
  readonly #loop: Loop;

  constructor(private readonly parts: ErasuresParts) {
    this.#loop = new Loop({
      turn: (signal) =>
        inSpan('erasures', { service: 'gateway', root: true, quiet: true }, () => this.#turn(signal)),
      periodMillis: EVERY_MILLIS,
      tell: (error) => parts.log.warn({ err: error }, 'what is kept of erased people is forgotten later'),
    });
  }

  start(): void {
    this.#loop.start();
  }

  /** Personal data were erased. */
  wake(): void {
    this.#loop.wake();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  async #turn(signal: AbortSignal): Promise<void> {
    const { database, feeds } = this.parts;
    let after = await this.#position();
    while (!signal.aborted) {
      const page = await feeds.read('device-registry', { after, limit: AT_ONCE, signal });
      const erased = page.messages.flatMap(erasedBy);
      if (erased.length > 0) await this.#forget(erased);
      if (page.upTo > after)
        await database.execute('UPDATE notice_places SET position = $2 WHERE source = $1 AND position < $2', [
          PLACE,
          page.upTo,
        ]);
      if (page.messages.length < AT_ONCE) return;
      after = page.upTo;
    }
  }

  async #forget(erased: readonly Erased[]): Promise<void> {
    const { database, answers, links, sessions, outbox, mailer } = this.parts;
    await database.transaction(async (tx) => {
      for (const { account } of erased) {
        await links.dropAll(tx, account);
        await sessions.endOfAccount(tx, account);
      }
    });
    for (const { account, contract } of erased) await outbox.forget(contract, account, mailer);
    await answers.forgetNaming(erased.map(({ account }) => account));
  }

  /** From the beginning where it is new: an erasure may be older than this gateway. */
  async #position(): Promise<bigint> {
    const [known] = await this.parts.database.query<{ position: bigint }>(
      `INSERT INTO notice_places (source, position) VALUES ($1, 0)
       ON CONFLICT (source) DO UPDATE SET position = notice_places.position RETURNING position`,
      [PLACE],
    );
    return known!.position;
  }
}

const erasedBy = ({ type, contract, data }: Message): readonly Erased[] =>
  type === 'PersonalDataErased' && contract !== undefined
    ? [{ account: (data as { readonly account: AccountId }).account, contract: contract as ContractId }]
    : [];
