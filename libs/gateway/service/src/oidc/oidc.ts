import { UniqueViolationError, type Database } from '@smartkey/database';
import {
  notFoundProblem,
  orThrow,
  ProblemException,
  validationFailed,
  type CommandContext,
} from '@smartkey/http';
import {
  conflict,
  instantOf,
  type Actor,
  type Instant,
  type PersonId,
  type SessionId,
} from '@smartkey/kernel';
import type { ChallengeKind, Challenges, TakenChallenge } from '../challenges/challenges.ts';
import { lookupDigest } from '../lookup-digest.ts';
import type { OwnProof } from '../me/own-proof.ts';
import { proofRefused, signInFailed } from '../passkeys/passkey-answer.ts';
import { mailRecipientOf } from '../recovery/recipient.ts';
import type { PeopleMails } from '../recovery/people-mails.ts';
import type { PeopleLog } from '../people/people-log.ts';
import { sessionOf } from '../sessions/session-of.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import { signedIn, type SignedIn } from '../sessions/session-view.ts';
import type { BoundProvider, OidcChallenge, ProviderView } from './oidc-answer.ts';
import type { FlowSecrets, OidcClient, ProviderAccount } from './oidc-client.ts';

interface Ended {
  readonly challenge: string;
  readonly callback: string;
}

type OidcKind = Extract<ChallengeKind, `oidc-${string}`>;

const INVALID = new ProblemException(
  422,
  'account-invalid',
  'This is no answer of the provider to that question. Begin again.',
);

/** What a provider is called that the settings name no more: its issuer, in a form that a path can hold. */
const nameOfGone = (issuer: string): string => `gone-${Buffer.from(issuer).toString('base64url')}`;
const issuerOfGone = (name: string): string =>
  name.startsWith('gone-') ? Buffer.from(name.slice(5), 'base64url').toString() : '';

/**
 * Signing in with accounts at identity providers. An account is known by issuer and subject alone, bound by whoever is signed in; never
 * by its mail address, which a provider may give to anybody.
 */
export class Oidc {
  readonly #clients: ReadonlyMap<string, OidcClient>;

  constructor(
    clients: readonly OidcClient[],
    private readonly parts: {
      readonly database: Database;
      readonly people: PeopleLog;
      readonly sessions: SessionStore;
      readonly challenges: Challenges;
      readonly proof: OwnProof;
      readonly mails: PeopleMails;
      readonly lookupKey: Uint8Array;
      readonly systemNow?: (() => number) | undefined;
    },
  ) {
    this.#clients = new Map(clients.map((client) => [client.provider.id, client]));
  }

  providers(): readonly ProviderView[] {
    return [...this.#clients.values()].map(({ provider: { id, name } }) => ({ id, name }));
  }

  beginSignIn(provider: string | undefined): Promise<OidcChallenge> {
    return this.#begin('oidc-sign-in', provider, {});
  }

  /** @throws ProblemException 401, one answer for whatever does not fit. */
  async signIn(ended: Ended): Promise<SignedIn> {
    const came = await this.#end('oidc-sign-in', ended);
    const person = came && (await this.#personOf(came.account));
    if (person === undefined) throw signInFailed();
    const { database, sessions } = this.parts;
    const made = await database.transaction(async (tx) => {
      const [active] = await tx.query(`SELECT 1 FROM people WHERE id = $1 AND status = 'active' FOR SHARE`, [
        person,
      ]);
      if (active === undefined) throw signInFailed();
      return sessions.begin(tx, { person }, 'oidc');
    });
    return signedIn(made, person);
  }

  async beginStepUp(provider: string | undefined, actor: Actor): Promise<OidcChallenge> {
    const session = sessionOf(actor);
    return this.#begin('oidc-step-up', provider, { person: actor.person!.id, session });
  }

  /** @throws ProblemException 403 */
  async stepUp(ended: Ended, actor: Actor): Promise<SignedIn> {
    const { person } = actor;
    const session = sessionOf(actor);
    const came = await this.#end('oidc-step-up', ended);
    if (came?.taken.session !== session || came.taken.person !== person!.id) throw proofRefused();
    if ((await this.#personOf(came.account)) !== person!.id) throw proofRefused();
    const made = await this.parts.sessions.renew(this.parts.database, session, { verified: true });
    if (made === undefined) throw proofRefused();
    return signedIn(made, person!.id);
  }

  async bound(person: PersonId): Promise<readonly BoundProvider[]> {
    const rows = await this.parts.database.query<{ issuer: string; boundAt: Instant }>(
      'SELECT issuer, bound_at AS "boundAt" FROM provider_accounts WHERE person = $1 ORDER BY bound_at, issuer',
      [person],
    );
    return rows.map(({ issuer, boundAt }) => {
      const known = [...this.#clients.values()].find(({ provider }) => provider.issuer === issuer);
      return {
        provider: known?.provider.id ?? nameOfGone(issuer),
        name: known?.provider.name ?? issuer,
        boundAt,
      };
    });
  }

  /** @throws ProblemException 403 where the person has a way in and did not show it of late. */
  async beginBinding(provider: string | undefined, actor: Actor): Promise<OidcChallenge> {
    const session = sessionOf(actor);
    const own = actor.person!.id;
    await this.parts.proof.ofWhoAdds(own, session);
    return this.#begin('oidc-bind', provider, { person: own, session });
  }

  /** @throws ProblemException 422 for what does not answer, 409 for an account that is somebody's. */
  async bind(ended: Ended, command: CommandContext): Promise<BoundProvider> {
    const session = sessionOf(command.actor);
    const own = command.actor.person!.id;
    const { state } = await this.parts.proof.ofWhoAdds(own, session);
    const came = await this.#end('oidc-bind', ended);
    if (came?.taken.session !== session || came.taken.person !== own) throw INVALID;
    const { issuer, subject } = came.account;
    const mail = await this.parts.mails.newWayIn(
      [command.commandId],
      mailRecipientOf(state),
      came.client.provider.name,
    );
    const boundAt = instantOf((this.parts.systemNow ?? Date.now)());
    try {
      orThrow(
        await this.parts.people.carryOut(
          own,
          command,
          () => ({ type: 'BindProvider', actor: command.actor, issuer, subject }),
          async (tx) => {
            await tx.execute(
              'INSERT INTO provider_accounts (digest, person, issuer, bound_at) VALUES ($1, $2, $3, $4)',
              [this.#digestOf(came.account), own, issuer, boundAt],
            );
            await this.parts.mails.queue(tx, mail);
          },
        ),
      );
    } catch (error) {
      if (!(error instanceof UniqueViolationError)) throw error;
      return orThrow(conflict('account-bound', 'This account is bound already.'));
    }
    this.parts.mails.wake();
    return (await this.bound(own)).find((each) => each.provider === came.client.provider.id)!;
  }

  /** @throws ProblemException 404 for none of one's own, 409 for the last way in. */
  async unbind(provider: string, command: CommandContext): Promise<void> {
    const issuer = this.#clients.get(provider)?.provider.issuer ?? issuerOfGone(provider);
    const own = command.actor.person!.id;
    const handled = orThrow(
      await this.parts.people.carryOut(
        own,
        command,
        () => ({ type: 'UnbindProvider', actor: command.actor, issuer }),
        async (tx) => {
          await tx.execute('DELETE FROM provider_accounts WHERE person = $1 AND issuer = $2', [own, issuer]);
        },
      ),
    );
    if (handled.events.length === 0 && !handled.repeated) throw notFoundProblem();
  }

  async #begin(
    kind: OidcKind,
    provider: string | undefined,
    holder: { readonly person?: PersonId; readonly session?: SessionId },
  ): Promise<OidcChallenge> {
    const client = this.#client(provider);
    const { challenges } = this.parts;
    const { handle, expiresAt } = await challenges.make(kind, { ...holder, provider: client.provider.id });
    const url = await client.authorizationUrl(this.#secretsOf(handle), kind === 'oidc-step-up');
    return { challenge: handle, url, expiresAt };
  }

  async #end(
    kind: OidcKind,
    { challenge, callback }: Ended,
  ): Promise<
    | { readonly taken: TakenChallenge; readonly client: OidcClient; readonly account: ProviderAccount }
    | undefined
  > {
    const taken = await this.parts.challenges.take(challenge, kind);
    const client =
      taken === undefined || taken.provider === null ? undefined : this.#clients.get(taken.provider);
    if (taken === undefined || client === undefined) return undefined;
    const account = await client.account(callback, this.#secretsOf(challenge), kind === 'oidc-step-up');
    return account && { taken, client, account };
  }

  #client(id: string | undefined): OidcClient {
    const [only, ...others] = this.#clients.values();
    const client = id === undefined && others.length === 0 ? only : this.#clients.get(id ?? '');
    if (client !== undefined) return client;
    throw validationFailed([
      {
        pointer: '/provider',
        rule: 'known-provider',
        detail: 'Name one of the providers of GET /v1/sign-in/oidc.',
      },
    ]);
  }

  #secretsOf(handle: string): FlowSecrets {
    const { challenges } = this.parts;
    return {
      state: challenges.derive(handle, 'state'),
      nonce: challenges.derive(handle, 'nonce'),
      verifier: challenges.derive(handle, 'verifier'),
    };
  }

  async #personOf(account: ProviderAccount): Promise<PersonId | undefined> {
    const [row] = await this.parts.database.query<{ person: PersonId }>(
      'SELECT person FROM provider_accounts WHERE digest = $1',
      [this.#digestOf(account)],
    );
    return row?.person;
  }

  #digestOf({ issuer, subject }: ProviderAccount): string {
    return lookupDigest(this.parts.lookupKey, 'provider-account', JSON.stringify([issuer, subject]));
  }
}
