import type { Database } from '@smartkey/database';
import { forbiddenProblem, orThrow } from '@smartkey/http';
import { unauthenticated } from '../identification/first-operator.ts';
import type { Identifier } from '../identification/identifier.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import { signedIn, type SignedIn } from '../sessions/session-view.ts';
import { firstOperator, mustBeOpenToKeys } from './first-persons.ts';

/** The first way in: with an access key, while nobody has another. */
export class KeySignIn {
  constructor(
    private readonly database: Database,
    private readonly identifier: Pick<Identifier, 'identify'>,
    private readonly sessions: SessionStore,
  ) {}

  /** @throws ProblemException 401 for no valid key; 403 for one that lets nobody in, or no more. */
  async signIn(key: string): Promise<SignedIn> {
    const actor = await this.identifier.identify(key, false);
    if (actor === undefined || actor.person !== undefined || actor.role === 'newcomer')
      throw unauthenticated();
    const { role, contract } = actor;
    if (role !== 'operator' && role !== 'contractor') throw forbiddenProblem();
    const refused = await mustBeOpenToKeys(this.database, { role, contract: contract ?? null });
    if (refused !== undefined) orThrow(refused);
    const known = role === 'operator' ? await firstOperator(this.database) : undefined;
    const holder =
      known === undefined
        ? { key: actor.key, role, ...(contract !== undefined && { contract }) }
        : { person: known };
    return signedIn(await this.sessions.begin(this.database, holder, 'key'), known ?? null);
  }
}
