import { newId } from '@smartkey/identity';
import { notFoundProblem, orThrow, type CommandContext } from '@smartkey/http';
import { conflict, RIGHTS, type Actor, type Clock, type ContractId, type SessionId } from '@smartkey/kernel';
import { unauthenticated } from '../identification/first-operator.ts';
import type { PeopleLog } from '../people/people-log.ts';
import { viewOfState, type PersonView } from '../people/person-view.ts';
import { NO_SESSION, sessionOf } from '../sessions/session-of.ts';
import type { MadeSession, SessionStore } from '../sessions/session-store.ts';
import { signedIn, viewOfSession, type SessionView, type SignedIn } from '../sessions/session-view.ts';
import { mustBeOpenToKeys } from '../sign-in/first-persons.ts';
import type { Database, Transaction } from '@smartkey/database';
import { BOOTSTRAP } from '../identification/first-operator.ts';
import type { IntroductionForm } from './me.forms.ts';
import { hashOfRecoveryCode, makeRecoveryCode, type OwnProof } from './own-proof.ts';

/** Who asks, as that person sees it. */
export interface Me {
  /** Null for who signed in with an access key and has yet to say who that is. */
  readonly person: PersonView | null;
  /** @prefix ses */
  readonly session: SessionId;
  /** Acts that need a sign-in of the last five minutes may be done now. */
  readonly verified: boolean;
  /** @prefix ctr */
  readonly contract: ContractId | null;
}

/** A recovery code that was made just now. */
export interface RecoveryCode {
  /** In this answer only: `7k2mq-x4d9w-…`. */
  readonly code: string;
}

/** What people do about themselves. */
export class OwnAccount {
  constructor(
    private readonly parts: {
      readonly database: Database;
      readonly people: PeopleLog;
      readonly sessions: SessionStore;
      readonly proof: OwnProof;
      readonly clock: Clock;
    },
  ) {}

  /** @throws ProblemException 403 for a key. */
  async show(actor: Actor): Promise<Me> {
    const { person, contract } = actor;
    const session = sessionOf(actor);
    const found = person && (await this.parts.people.load(person.id));
    return {
      person: found === undefined ? null : viewOfState(found.id, found.state, found.revision),
      session,
      verified: await this.parts.sessions.isVerified(session),
      contract: contract ?? null,
    };
  }

  /** Says who signed in with an access key: the first operator, or the first administrator of a contract. */
  async introduce({ name, email }: IntroductionForm, command: CommandContext): Promise<SignedIn> {
    const { people, sessions, clock, database } = this.parts;
    const session = sessionOf(command.actor);
    const newcomer = await sessions.newcomer(database, session);
    if (newcomer === undefined)
      return orThrow(conflict('known-already', 'It is known already who this session is for.'));
    const { key, role, contract } = newcomer;
    const standing = contract === null ? { roles: ['operator'] as const } : { contract, rights: [...RIGHTS] };
    const actor: Actor = { role, key, ...(contract !== null && { contract }) };
    const id = newId('per', clock.now(), command.commandId);
    let made: MadeSession | undefined;
    orThrow(
      await people.carryOut(
        id,
        { ...command, actor, repeatable: false },
        () => ({ type: 'Establish', actor, who: { name, email, ...standing }, by: 'key' }),
        async (tx) => {
          const refused = await mustBeOpenToKeys(tx, newcomer, id);
          if (refused !== undefined) orThrow(refused);
          await mustStillBeGood(tx, key);
          made = await sessions.adopt(tx, session, id);
          if (made === undefined) throw unauthenticated();
        },
      ),
    );
    return signedIn(made!, id);
  }

  /** @throws ProblemException 403 where the person has a way in and did not show it of late. */
  async makeRecoveryCode(command: CommandContext): Promise<RecoveryCode> {
    const { people, proof, clock } = this.parts;
    const { person } = command.actor;
    await proof.ofWhoAdds(person!.id, sessionOf(command.actor));
    const code = makeRecoveryCode();
    orThrow(
      await people.carryOut(
        person!.id,
        command,
        () => ({ type: 'IssueRecoveryCode', actor: command.actor }),
        async (tx) => {
          await tx.execute(
            `INSERT INTO recovery_codes (person, hash, issued_at) VALUES ($1, $2, $3)
             ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, issued_at = excluded.issued_at`,
            [person!.id, hashOfRecoveryCode(code), clock.now()],
          );
        },
      ),
    );
    return { code };
  }

  /** @throws ProblemException 403 for a key. */
  async sessions({ key, person }: Actor): Promise<readonly SessionView[]> {
    if (person === undefined) throw NO_SESSION;
    return (await this.parts.sessions.list(person.id)).map((row) => viewOfSession(row, key));
  }

  /** Ends a session: one's own, or as an operator anybody's. @throws ProblemException 404 for another's and for none. */
  async endSession(id: SessionId, { role, key, person }: Actor): Promise<void> {
    const found = await this.parts.sessions.find(id);
    const own = id === key || (person !== undefined && found?.person === person.id);
    if (found === undefined || !(own || role === 'operator')) throw notFoundProblem();
    await this.parts.sessions.end(this.parts.database, id);
  }
}

/** The key that let a newcomer in may have been revoked meanwhile. */
async function mustStillBeGood(tx: Transaction, key: string): Promise<void> {
  if (key === BOOTSTRAP) return;
  const [good] = await tx.query('SELECT 1 FROM keys WHERE id = $1 AND revoked_at IS NULL FOR SHARE', [key]);
  if (good === undefined) throw unauthenticated();
}
