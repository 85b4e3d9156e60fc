import { UniqueViolationError } from '@smartkey/database';
import type { Database } from '@smartkey/database';
import { newId } from '@smartkey/identity';
import { orThrow, ProblemException, type CommandContext } from '@smartkey/http';
import { conflict, type Actor, type Clock, type PasskeyId, type PersonId } from '@smartkey/kernel';
import type { SubjectKeys } from '@smartkey/secrets';
import type { Challenges } from '../challenges/challenges.ts';
import type { OwnProof } from '../me/own-proof.ts';
import { mailRecipientOf } from '../recovery/recipient.ts';
import type { PeopleMails } from '../recovery/people-mails.ts';
import type { PeopleLog } from '../people/people-log.ts';
import { sessionOf } from '../sessions/session-of.ts';
import type { MadeSession, SessionStore } from '../sessions/session-store.ts';
import { signedIn, type SignedIn } from '../sessions/session-view.ts';
import {
  proofRefused,
  signInFailed,
  type PasskeyBody,
  type PasskeyChallenge,
  type PasskeyView,
} from './passkey-answer.ts';
import type { PasskeyRow, PasskeyStore } from './passkey-store.ts';
import type { WebAuthn } from './webauthn.ts';

type Ended = Required<PasskeyBody>;

/** A passkey that was added; the session goes on under another secret. */
export interface AddedPasskey extends PasskeyView {
  readonly session: SignedIn;
}

export interface PasskeyParts {
  readonly database: Database;
  readonly people: PeopleLog;
  readonly sessions: SessionStore;
  readonly challenges: Challenges;
  readonly store: PasskeyStore;
  readonly webAuthn: WebAuthn;
  readonly subjectKeys: SubjectKeys;
  readonly proof: OwnProof;
  readonly mails: PeopleMails;
  readonly clock: Clock;
}

const INVALID = new ProblemException(
  422,
  'passkey-invalid',
  'This is no answer to the challenge, at this address, with the user verified. Begin again.',
);

/** Passkeys: adding, signing in, and showing again who one is. */
export class Passkeys {
  constructor(private readonly parts: PasskeyParts) {}

  async beginSignIn(): Promise<PasskeyChallenge> {
    const { challenges, webAuthn } = this.parts;
    const { handle, expiresAt } = await challenges.make('passkey-sign-in');
    const options = await webAuthn.requestOptions(challenges.derive(handle, 'webauthn'));
    return { challenge: handle, options, expiresAt };
  }

  /** @throws ProblemException 401, one answer for whatever does not fit. */
  async signIn(ended: Ended): Promise<SignedIn> {
    const { challenges, database, sessions } = this.parts;
    if ((await challenges.take(ended.challenge, 'passkey-sign-in')) === undefined) throw signInFailed();
    const passkey = await this.#answering(ended);
    if (passkey === undefined) throw signInFailed();
    const made = await database.transaction(async (tx) => {
      const [person] = await tx.query(`SELECT 1 FROM people WHERE id = $1 AND status = 'active' FOR SHARE`, [
        passkey.row.person,
      ]);
      if (person === undefined || !(await this.parts.store.used(tx, passkey.row.id, passkey.counter)))
        throw signInFailed();
      return sessions.begin(tx, { person: passkey.row.person }, 'passkey', { verified: true });
    });
    return signedIn(made, passkey.row.person);
  }

  async beginStepUp(actor: Actor): Promise<PasskeyChallenge> {
    const { person } = actor;
    const { challenges, store, webAuthn } = this.parts;
    const own = await store.list(person!.id);
    if (own.length === 0)
      return orThrow(conflict('no-passkey', 'There is no passkey: add one, or use the other way in.'));
    const { handle, expiresAt } = await challenges.make('passkey-step-up', {
      person: person!.id,
      session: sessionOf(actor),
    });
    const options = await webAuthn.requestOptions(challenges.derive(handle, 'webauthn'), own);
    return { challenge: handle, options, expiresAt };
  }

  /** @throws ProblemException 403 */
  async stepUp(ended: Ended, actor: Actor): Promise<SignedIn> {
    const { person } = actor;
    const session = sessionOf(actor);
    const { challenges, sessions, database, store } = this.parts;
    const taken = await challenges.take(ended.challenge, 'passkey-step-up');
    if (taken?.session !== session || taken.person !== person!.id) throw proofRefused();
    const passkey = await this.#answering(ended);
    if (passkey?.row.person !== person!.id) throw proofRefused();
    const made = await database.transaction(async (tx) => {
      if (!(await store.used(tx, passkey.row.id, passkey.counter))) throw proofRefused();
      return sessions.renew(tx, session, { verified: true });
    });
    if (made === undefined) throw proofRefused();
    return signedIn(made, person!.id);
  }

  async list(person: PersonId): Promise<readonly PasskeyView[]> {
    const rows = await this.parts.store.list(person);
    const names = await this.parts.subjectKeys.open(
      person,
      rows.map(({ sealedName }) => sealedName),
    );
    return rows.map(({ id, createdAt, usedAt }, n) => ({
      id,
      name: names[n] ?? '',
      createdAt,
      lastUsedAt: usedAt,
    }));
  }

  /** @throws ProblemException 403 where the person has a way in and did not show it of late. */
  async beginAdding(actor: Actor): Promise<PasskeyChallenge> {
    const { person } = actor;
    const session = sessionOf(actor);
    const { challenges, store, webAuthn, proof } = this.parts;
    const { state } = await proof.ofWhoAdds(person!.id, session);
    const { handle, expiresAt } = await challenges.make('passkey-add', { person: person!.id, session });
    const options = await webAuthn.creationOptions(
      challenges.derive(handle, 'webauthn'),
      { id: person!.id, name: state.name, email: state.email },
      await store.list(person!.id),
    );
    return { challenge: handle, options, expiresAt };
  }

  /** @throws ProblemException 422 for what does not answer, 409 for a passkey that is there. */
  async add(ended: Ended, name: string, command: CommandContext): Promise<AddedPasskey> {
    const { challenges, people, sessions, store, subjectKeys, webAuthn, proof, mails, clock } = this.parts;
    const session = sessionOf(command.actor);
    const own = command.actor.person!.id;
    const { state } = await proof.ofWhoAdds(own, session);
    const taken = await challenges.take(ended.challenge, 'passkey-add');
    if (taken?.session !== session || taken.person !== own) throw INVALID;
    const credential = await webAuthn.created(challenges.derive(ended.challenge, 'webauthn'), ended.response);
    if (credential === undefined) throw INVALID;
    const id = newId('psk', clock.now());
    const [sealedName] = await subjectKeys.seal(own, [name]);
    const mail = await mails.newWayIn([id], mailRecipientOf(state), `パスキー（${name}）`);
    let made: MadeSession | undefined;
    try {
      orThrow(
        await people.carryOut(
          own,
          command,
          () => ({ type: 'AddPasskey', actor: command.actor, passkey: id, name }),
          async (tx) => {
            await store.add(tx, id, own, credential, sealedName!);
            await mails.queue(tx, mail);
            made = await sessions.renew(tx, session, { verified: true });
            if (made === undefined) throw signInFailed();
          },
        ),
      );
    } catch (error) {
      if (!(error instanceof UniqueViolationError)) throw error;
      return orThrow(conflict('passkey-known', 'This passkey is in use already.'));
    }
    mails.wake();
    const view = (await this.list(own)).find((each) => each.id === id)!;
    return { ...view, session: signedIn(made!, own) };
  }

  /** @throws ProblemException 404 for none of one's own, 409 for the last way in. */
  async remove(id: PasskeyId, command: CommandContext): Promise<void> {
    const { people, store } = this.parts;
    orThrow(
      await people.carryOut(
        command.actor.person!.id,
        command,
        () => ({ type: 'RemovePasskey', actor: command.actor, passkey: id }),
        (tx) => store.remove(tx, id),
      ),
    );
  }

  /** The passkey that answers a challenge, and how far it has counted. */
  async #answering({
    challenge,
    response,
  }: Ended): Promise<{ readonly row: PasskeyRow; readonly counter: number } | undefined> {
    const { challenges, store, webAuthn } = this.parts;
    const row = await store.find(response.id);
    if (row === undefined) return undefined;
    const counter = await webAuthn.answered(challenges.derive(challenge, 'webauthn'), response, row);
    return counter === undefined ? undefined : { row, counter };
  }
}
