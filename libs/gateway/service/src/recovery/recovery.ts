import { randomUUID, timingSafeEqual } from 'node:crypto';
import type { Database } from '@smartkey/database';
import { notFoundProblem, orThrow, type CommandContext } from '@smartkey/http';
import { conflict, type Actor, type Clock, type PersonId } from '@smartkey/kernel';
import { isOfContract } from '@smartkey/people-domain';
import type { PreparedMail } from '@smartkey/mail';
import { linkOver, type Links } from '../links/links.ts';
import { emailDigest } from '../lookup-digest.ts';
import { hashOfRecoveryCode, makeRecoveryCode } from '../me/own-proof.ts';
import type { PeopleLog } from '../people/people-log.ts';
import type { KnownPerson } from '../people/person-row.ts';
import type { MadeSession, SessionStore } from '../sessions/session-store.ts';
import { signedIn, type SignedIn } from '../sessions/session-view.ts';
import type { SignInAttempts } from '../sign-in/sign-in-attempts.ts';
import type { PeopleMails } from './people-mails.ts';
import { mailRecipientOf } from './recipient.ts';

/** A person has recovered access. */
export interface RecoveredView extends SignedIn {
  /** A new recovery code, in this answer only. */
  readonly recoveryCode: string;
}

/** The hash of no code. It is compared where the address is unknown, so that both cases take the same time. */
const NO_HASH = Buffer.alloc(32);

export interface RecoveryParts {
  readonly database: Database;
  readonly people: PeopleLog;
  readonly sessions: SessionStore;
  readonly links: Links;
  readonly attempts: SignInAttempts;
  readonly mails: PeopleMails;
  readonly lookupKey: Uint8Array;
  readonly clock: Clock;
}

/**
 * Getting back in when the ways in are lost: by a saved code and a link that goes to the address (NIST SP 800-63B-4, 4.2.2.2: the code
 * alone does not), or by a link that somebody else has sent there and never sees.
 */
export class Recovery {
  constructor(private readonly parts: RecoveryParts) {}

  /**
   * Sends a link where the code is that of the address; says nothing of whether it was.
   * @throws ProblemException 429 after five tries an hour of one address of mail, counted before the code is looked at.
   */
  async askByCode(email: string, code: string): Promise<void> {
    const { database, attempts, lookupKey } = this.parts;
    const digest = emailDigest(lookupKey, email);
    await attempts.countRecovery(digest);
    const rows = await database.query<{ id: PersonId; hash: Uint8Array | null }>(
      `SELECT person.id, code.hash FROM people AS person LEFT JOIN recovery_codes AS code ON code.person = person.id
       WHERE person.email_digest = $1 AND person.status = 'active' ORDER BY person.id`,
      [digest],
    );
    const shown = hashOfRecoveryCode(code);
    const fits = [...rows, { id: undefined, hash: null }].map(({ id, hash }) =>
      timingSafeEqual(shown, Buffer.from(hash ?? NO_HASH)) ? id : undefined,
    );
    const person = fits.find((id) => id !== undefined);
    if (person === undefined) return;
    const actor: Actor = { role: 'newcomer', key: 'recovery-code' };
    await this.#send(person, 'code', undefined, { commandId: randomUUID(), actor });
  }

  /**
   * Has a link sent to somebody's confirmed address; whoever asks never sees it.
   * @throws ProblemException 409 where the address is not known to be the person's own, or no mail goes out.
   */
  async askForOther(person: PersonId, reason: string, command: CommandContext): Promise<void> {
    const loaded = await this.parts.people.load(person);
    if (loaded === undefined) throw notFoundProblem();
    if (command.actor.person?.id === person)
      orThrow(conflict('own-person', 'Whoever is signed in sets their own ways in anew without a link.'));
    if (!this.parts.mails.bySmtp)
      orThrow(conflict('no-mail', 'No mail server is set: only the server itself lets somebody in again.'));
    if (!('emailConfirmed' in loaded.state) || !loaded.state.emailConfirmed)
      orThrow(conflict('address-unconfirmed', 'The address is not known to be this person’s own.'));
    if (await this.#isSoleAdministrator(person, loaded.state)) await this.#secondOperator(person, command);
    await this.#send(person, 'others', reason, command);
  }

  /** @throws ProblemException 410 for a link that is unknown, used, replaced or over. */
  async redeem(token: string): Promise<RecoveredView> {
    const { people, links, sessions, mails, clock } = this.parts;
    const { person } = await links.find(token, 'recovery');
    const loaded = await people.load(person);
    const by = loaded === undefined ? undefined : await this.#howBegun(person);
    if (loaded === undefined || by === undefined) throw linkOver();
    const actor: Actor = {
      role: 'newcomer',
      key: 'recovery-link',
      person: { id: person, revision: loaded.revision },
    };
    const commandId = randomUUID();
    const told = await this.#mailsToManagers(commandId, person, loaded.state);
    const code = makeRecoveryCode();
    let made: MadeSession | undefined;
    const recovered = await people.carryOut(
      person,
      { commandId, actor },
      () => [
        { type: 'Recover', actor, by },
        { type: 'IssueRecoveryCode', actor },
      ],
      async (tx) => {
        await tx.execute('INSERT INTO recovery_codes (person, hash, issued_at) VALUES ($1, $2, $3)', [
          person,
          hashOfRecoveryCode(code),
          clock.now(),
        ]);
        made = await sessions.begin(tx, { person }, 'recovery');
        for (const mail of told) await mails.queue(tx, mail);
      },
      (tx) => links.take(tx, token, 'recovery'),
    );
    if (!recovered.ok || made === undefined) throw linkOver();
    mails.wake();
    return { ...signedIn(made, person), recoveryCode: code };
  }

  async #send(
    person: PersonId,
    by: 'code' | 'others',
    reason: string | undefined,
    context: CommandContext,
  ): Promise<void> {
    const { people, links, mails } = this.parts;
    const loaded = await people.load(person);
    if (loaded === undefined) throw notFoundProblem();
    const { state } = loaded;
    const link = links.make('mail');
    const mail = await mails.recovery([context.commandId], mailRecipientOf(state), link.token);
    orThrow(
      await people.carryOut(
        person,
        context,
        () => ({ type: 'BeginRecovery', actor: context.actor, by, reason }),
        async (tx) => {
          await tx.execute(`DELETE FROM links WHERE person = $1 AND kind = 'recovery'`, [person]);
          await links.keep(tx, link, person, 'recovery');
          await mails.queue(tx, mail);
        },
      ),
    );
    mails.wake();
  }

  /** How the recovery began that is under way: as the stream says last. */
  async #howBegun(person: PersonId): Promise<'code' | 'others' | 'server' | undefined> {
    const begun = (await this.parts.people.history(person)).findLast(({ type }) => type === 'RecoveryBegun');
    return (begun?.data as { readonly by: 'code' | 'others' | 'server' } | undefined)?.by;
  }

  async #isSoleAdministrator(person: PersonId, { standing }: KnownPerson): Promise<boolean> {
    if (!isOfContract(standing) || !standing.rights.includes('administer')) return false;
    const [other] = await this.parts.database.query(
      `SELECT 1 FROM people WHERE contract = $1 AND id <> $2 AND status = 'active' AND 'administer' = ANY (rights) LIMIT 1`,
      [standing.contract, person],
    );
    return other === undefined;
  }

  /**
   * The sole administrator of a contract is let in again by two operators: the first asks, and the second, within 24 hours.
   * @throws ProblemException 409 for the first.
   */
  async #secondOperator(person: PersonId, { actor }: CommandContext): Promise<void> {
    const { database, attempts } = this.parts;
    const operator = actor.person!.id;
    const first = await database.transaction(async (tx) => {
      await tx.execute('DELETE FROM recovery_requests WHERE asked_at <= $1', [
        attempts.before(24 * 3_600_000),
      ]);
      await tx.execute(
        'INSERT INTO recovery_requests (person, asked_by, asked_at) VALUES ($1, $2, $3) ON CONFLICT (person) DO NOTHING',
        [person, operator, attempts.before(0)],
      );
      const [asked] = await tx.query<{ by: string }>(
        'SELECT asked_by AS by FROM recovery_requests WHERE person = $1 FOR UPDATE',
        [person],
      );
      if (asked!.by === operator) return true;
      await tx.execute('DELETE FROM recovery_requests WHERE person = $1', [person]);
      return false;
    });
    if (first)
      orThrow(
        conflict(
          'second-operator-needed',
          'This is the sole administrator of the contract. It is noted that you ask; another operator asks too, within 24 hours.',
        ),
      );
  }

  async #mailsToManagers(
    commandId: string,
    person: PersonId,
    state: KnownPerson,
  ): Promise<readonly PreparedMail[]> {
    const contract = isOfContract(state.standing) ? state.standing.contract : null;
    const rows = await this.parts.database.query<{ id: PersonId }>(
      `SELECT id FROM people WHERE id <> $1 AND status = 'active' AND contract IS NOT DISTINCT FROM $2
         AND ('operator' = ANY (roles) OR 'administer' = ANY (rights)) ORDER BY id LIMIT 50`,
      [person, contract],
    );
    const mails: PreparedMail[] = [];
    for (const { id } of rows) {
      const manager = await this.parts.people.load(id);
      if (manager !== undefined)
        mails.push(
          await this.parts.mails.recovered([commandId, id], mailRecipientOf(manager.state), state.name),
        );
    }
    return mails;
  }
}
