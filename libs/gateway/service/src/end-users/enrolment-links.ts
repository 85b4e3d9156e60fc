import { createHmac } from 'node:crypto';
import { systemKey } from '@smartkey/secrets';
import type { Database } from '@smartkey/database';
import { stepUpRequired, type CommandContext } from '@smartkey/http';
import type { AccountId, Actor, ContractId, EnrolmentLinkId, SessionId } from '@smartkey/kernel';
import type { SessionStore } from '../sessions/session-store.ts';
import type { EnrolmentLinkForm } from './enrolment-link.forms.ts';
import {
  linkView,
  type EnrolmentLinksView,
  type EnrolmentLinkView,
  type IssuedLinkView,
} from './enrolment-link-view.ts';
import { makeToken } from '../links/links.ts';
import type { UserLinks } from './user-links.ts';
import type { UserMails } from './user-mails.ts';
import type { UserRegistry } from './user-registry.ts';
import type { UserSessions } from './user-sessions.ts';

export interface EnrolmentLinkParts {
  readonly database: Database;
  readonly registry: UserRegistry;
  readonly links: UserLinks;
  readonly sessions: UserSessions;
  /** Those of people. */
  readonly signIns: Pick<SessionStore, 'isVerified'>;
  readonly mails: UserMails;
  readonly lookupKey: Uint8Array;
}

interface Ids {
  readonly contract: ContractId;
  readonly account: AccountId;
}

/** Links by which users enrol, as those make and end them who look after the IDs. The registry keeps their life, the gateway their tokens. */
export class EnrolmentLinks {
  readonly #numberKey: Uint8Array;

  constructor(private readonly parts: EnrolmentLinkParts) {
    this.#numberKey = systemKey(parts.lookupKey, 'end-users/told-number');
  }

  /**
   * The log first, then the token: where it ends between them there is a link that nobody can open.
   * @throws ProblemException 403 `step-up-required`
   */
  async issue(of: Ids, form: EnrolmentLinkForm, command: CommandContext): Promise<IssuedLinkView> {
    const { database, registry, links, mails } = this.parts;
    const { email, expiresInSeconds, identitySeen: reason } = form;
    if (reason !== undefined) await this.#mustBeVerified(command.actor);
    const channel = email === undefined ? 'shown' : 'mail';
    const number = reason === undefined ? undefined : this.#numberOf(command.commandId);
    const issued = await registry.issue(
      of,
      {
        channel,
        issuedAt: links.after(0),
        expiresAt: links.after(expiresInSeconds * 1000),
        ...(email !== undefined && { email }),
        ...(reason !== undefined && { reason }),
        ...(number !== undefined && { number }),
      },
      command,
    );
    const token = makeToken();
    const { link, expiresAt } = issued;
    const mail =
      email === undefined
        ? undefined
        : await mails.enrolment([link], { email, ...of }, token, expiresInSeconds * 1000);
    await database.transaction(async (tx) => {
      // A repeat of what was carried out already: its mail is on its way with the token that is kept.
      if (mail !== undefined && (await links.isKept(tx, link))) return;
      await links.drop(tx, of.account, 'enrolment');
      await links.keep(tx, token, { purpose: 'enrolment', ...of, link }, expiresAt);
      if (mail !== undefined) await mails.queue(tx, mail);
    });
    mails.wake();
    return {
      id: link,
      status: 'issued',
      channel,
      expiresAt,
      ...(channel === 'shown' && { url: mails.linkOf(token) }),
      ...(number !== undefined && { number }),
    };
  }

  async list(of: Ids): Promise<EnrolmentLinksView> {
    const { links, stopped } = await this.parts.registry.links(of);
    const items = links.map((each) => linkView(each, this.parts.links.after(0)));
    return { items, nextCursor: null, enrolmentStopped: stopped };
  }

  async revoke(of: Ids, link: EnrolmentLinkId, command: CommandContext): Promise<EnrolmentLinkView> {
    const { registry, links, sessions, database } = this.parts;
    const revoked = await registry.revoke(of, link, command);
    await database.transaction(async (tx) => {
      await links.dropLink(tx, link);
      await sessions.endOfLink(tx, link);
    });
    return linkView(revoked, links.after(0));
  }

  /** Whoever vouches for a user stands in for the user's own phone, so a session that was left open does not do. A key has nothing to show. */
  async #mustBeVerified({ person, key }: Actor): Promise<void> {
    if (person !== undefined && !(await this.parts.signIns.isVerified(key as SessionId)))
      throw stepUpRequired();
  }

  /** Eight digits that nobody without our key can tell, the same for the same command: a repeat answers them again. */
  #numberOf(commandId: string): string {
    const bytes = createHmac('sha256', this.#numberKey).update(commandId, 'utf8').digest();
    return String(bytes.readBigUInt64BE(0) % 100_000_000n).padStart(8, '0');
  }
}
