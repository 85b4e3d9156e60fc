import type { Database } from '@smartkey/database';
import type { Challenges, MadeChallenge } from '../challenges/challenges.ts';
import { linkOver } from '../links/links.ts';
import { forbiddenProblem, orThrow } from '@smartkey/http';
import { BOOTSTRAP, unauthenticated } from '../identification/first-operator.ts';
import type { Identifier } from '../identification/identifier.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import { signedIn, type SignedIn } from '../sessions/session-view.ts';
import { firstOperator, mustBeOpenToKeys } from './first-persons.ts';

/** So long the link of the terminal is good. */
const LINK_MILLIS = 15 * 60_000;

/** The first way in: with an access key, while nobody has another. */
export class KeySignIn {
  constructor(
    private readonly database: Database,
    private readonly identifier: Pick<Identifier, 'identify'>,
    private readonly sessions: SessionStore,
    private readonly challenges: Challenges,
  ) {}

  /** @param visitor whose address is signing in. @throws ProblemException 401 for no valid key; 403 for one that lets nobody in, or no more. */
  async signIn(key: string, visitor: string): Promise<SignedIn> {
    // Of an IPv6 visitor the /64 is known, and its first address stands for it: a smaller network is not allowed in.
    const actor = await this.identifier.identify(key, false, visitor.split('/', 1)[0]!);
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

  /** A link in the place of the operator key, for whoever sits at the terminal that the system is started at. @returns nothing where keys let no operator in any more. */
  async makeLink(): Promise<MadeChallenge | undefined> {
    const closed = await mustBeOpenToKeys(this.database, { role: 'operator', contract: null });
    return closed === undefined ? this.challenges.make('first-link', {}, LINK_MILLIS) : undefined;
  }

  /** @throws ProblemException 410 for a link that is unknown, used or over; 403 where keys let no operator in any more. */
  async signInByLink(token: string): Promise<SignedIn> {
    if ((await this.challenges.take(token, 'first-link')) === undefined) throw linkOver();
    const refused = await mustBeOpenToKeys(this.database, { role: 'operator', contract: null });
    if (refused !== undefined) orThrow(refused);
    const known = await firstOperator(this.database);
    const holder = known === undefined ? ({ key: BOOTSTRAP, role: 'operator' } as const) : { person: known };
    return signedIn(await this.sessions.begin(this.database, holder, 'key'), known ?? null);
  }
}
