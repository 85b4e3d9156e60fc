import { randomUUID } from 'node:crypto';
import type { Database } from '@smartkey/database';
import { forbiddenProblem, ProblemException, type CommandContext } from '@smartkey/http';
import { isId, type Actor, type Instant, type SessionId } from '@smartkey/kernel';
import type { PreparedMail } from '@smartkey/mail';
import { linkOver, makeToken } from '../links/links.ts';
import type { SignInAttempts } from '../sign-in/sign-in-attempts.ts';
import type { Managers } from './managers.ts';
import type { UserLinkPurpose, UserLinks, UserLinkTarget } from './user-links.ts';
import { OWN_PAGE_MILLIS, type UserMails } from './user-mails.ts';
import type { UserRegistry } from './user-registry.ts';
import type { MadeUserSession, UserSessions } from './user-sessions.ts';

/** A link was opened: this browser is let in, and no other. */
export interface OpenedLink {
  /** @prefix ses */
  readonly id: SessionId;
  /** The bearer itself, in this answer only: `Authorization: Bearer usr_…`. */
  readonly token: string;
  readonly expiresAt: Instant;
  readonly purpose: UserLinkPurpose;
}

/** It was shown whose the session is; it goes on under another secret. */
export type ProvenSession = Omit<OpenedLink, 'purpose'>;

export interface UserAccessParts {
  readonly database: Database;
  readonly registry: UserRegistry;
  readonly links: UserLinks;
  readonly sessions: UserSessions;
  readonly attempts: SignInAttempts;
  readonly mails: UserMails;
  readonly managers: Managers;
}

/** The answer to a question for a link takes this long at least, so that its time does not tell whether there was an ID. */
const ASKED_MILLIS = 400;

const pause = (millis: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, millis));

/** How users come in, and show whose a session is. */
export class UserAccess {
  constructor(private readonly parts: UserAccessParts) {}

  /** @throws ProblemException 410 for a link that is unknown, used, replaced, revoked or over. */
  async open(token: string): Promise<OpenedLink> {
    const { database, links, sessions } = this.parts;
    const { target, made } = await database.transaction(async (tx) => {
      const target = await links.take(tx, token);
      return { target, made: await sessions.begin(tx, target) };
    });
    await this.#record(target, made, token);
    return { ...made, purpose: target.purpose };
  }

  /** Records in the log that it was opened; where that fails it was not opened. */
  async #record(target: UserLinkTarget, made: MadeUserSession, token: string): Promise<void> {
    const { link, contract, account } = target;
    if (link === undefined) return;
    const { database, links, sessions, registry } = this.parts;
    const actor: Actor = {
      role: 'end-user',
      key: made.id,
      contract,
      endUser: { account, link, proven: false },
    };
    try {
      await registry.open({ contract, account }, link, { commandId: randomUUID(), actor });
    } catch (error) {
      const again = error instanceof ProblemException && error.status === 503;
      await database.transaction(async (tx) => {
        await sessions.end(tx, made.id);
        if (again) await links.release(tx, token);
      });
      // What the registry refuses says too much to who merely holds a link.
      throw again ? error : linkOver();
    }
  }

  /**
   * Sends a link to the own page where there is such an ID and its address is known; the answer says nothing of it.
   * @throws ProblemException 429 after three an hour of one ID, which counts whether or not there is one.
   */
  async askOwnPage(contract: string, externalId: string): Promise<void> {
    await this.parts.attempts.countOwnPage(`${contract} ${externalId}`);
    await Promise.all([this.#sendOwnPage(contract, externalId), pause(ASKED_MILLIS)]);
  }

  async #sendOwnPage(contract: string, externalId: string): Promise<void> {
    const { database, registry, links, mails } = this.parts;
    if (!isId('ctr', contract)) return;
    const { account, email } = await registry.ownPage(contract, externalId);
    if (account === undefined || email === undefined) return;
    const token = makeToken();
    const mail = await mails.ownPage([randomUUID()], { email, contract, account }, token);
    await database.transaction(async (tx) => {
      await links.drop(tx, account, 'own-page');
      await links.keep(tx, token, { purpose: 'own-page', contract, account }, links.after(OWN_PAGE_MILLIS));
      await mails.queue(tx, mail);
    });
    mails.wake();
  }

  /**
   * A code of a device, a recovery code, or the administrator's number. Each try is counted before it is looked at.
   * @throws ProblemException 410 with the last try, 422 for what is wrong, 429 where too many wrong codes came of late.
   */
  async prove(
    shown: { readonly code?: string; readonly recoveryCode?: string; readonly number?: string },
    command: CommandContext,
  ): Promise<ProvenSession> {
    const { key, contract, endUser } = command.actor;
    if (endUser === undefined || contract === undefined || endUser.reports !== undefined)
      throw forbiddenProblem();
    const { registry, sessions } = this.parts;
    const session = key as SessionId;
    if (!(await sessions.countTry(session))) throw linkOver();
    const link = endUser.link === undefined ? {} : { link: endUser.link };
    const { code, recoveryCode, number } = shown;
    const proof =
      code !== undefined
        ? { code }
        : recoveryCode !== undefined
          ? { recoveryCode }
          : { number: number ?? '' };
    const told = await registry.prove({ contract, account: endUser.account }, { ...link, ...proof }, command);
    if (!told.proven) throw refusalOf(told.reason);
    const proven = await sessions.prove(session);
    if (proven === undefined) throw linkOver();
    return proven;
  }

  /** The device is suspended and the stop recorded before anybody is told; the session is over with that. */
  async report(command: CommandContext): Promise<void> {
    const { key, contract, endUser } = command.actor;
    if (endUser?.reports === undefined || contract === undefined) throw forbiddenProblem();
    const { database, registry, sessions, links, mails, managers } = this.parts;
    const { account, reports: device } = endUser;
    const { addresses } = await registry.report({ contract, account }, device, command);
    const told: PreparedMail[] = [];
    for (const email of addresses)
      told.push(await mails.reported([device, key, email], { email, contract, account }));
    for (const manager of await managers.of(contract))
      told.push(
        await mails.reportedToManager(
          [device, key, manager.id],
          { email: manager.email, contract },
          `/portal/contracts/${contract}/ids/${account}`,
        ),
      );
    await database.transaction(async (tx) => {
      for (const mail of told) await mails.queue(tx, mail);
      await links.drop(tx, account, 'enrolment');
      await links.drop(tx, account, 'own-page');
      await sessions.endOfAccount(tx, account);
    });
    mails.wake();
  }
}

const refusalOf = (reason: 'wrong' | 'locked' | 'over'): ProblemException => {
  switch (reason) {
    case 'wrong':
      return new ProblemException(422, 'user-proof-wrong', 'The code is wrong or was used before.');
    case 'locked':
      return new ProblemException(409, 'user-proof-locked', 'Too many wrong codes came of late. Try later.');
    case 'over':
      return linkOver();
  }
};
