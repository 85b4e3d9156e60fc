import { randomUUID } from 'node:crypto';
import { linkOver, type Links } from '../links/links.ts';
import type { PeopleLog } from '../people/people-log.ts';
import type { MadeSession, SessionStore } from '../sessions/session-store.ts';
import { signedIn, type SignedIn } from '../sessions/session-view.ts';

/** Lets in who holds an invitation, once. Looking at the link takes nothing: mail scanners open links. */
export class InvitationSignIn {
  constructor(
    private readonly people: PeopleLog,
    private readonly links: Links,
    private readonly sessions: SessionStore,
  ) {}

  /** @throws ProblemException 410 for a link that is unknown, used, replaced or over. */
  async signIn(token: string): Promise<SignedIn> {
    const { person, channel } = await this.links.find(token, 'invitation');
    const loaded = await this.people.load(person);
    const actor = { role: 'newcomer' as const, key: 'invitation' };
    let made: MadeSession | undefined;
    const accepted = await this.people.carryOut(
      person,
      {
        commandId: randomUUID(),
        actor: { ...actor, person: { id: person, revision: loaded?.revision ?? 0 } },
      },
      () => ({ type: 'AcceptInvitation', actor, channel }),
      async (tx) => {
        await this.links.take(tx, token, 'invitation');
        made = await this.sessions.begin(tx, { person }, 'invitation');
      },
    );
    if (!accepted.ok || made === undefined) throw linkOver();
    return signedIn(made, person);
  }
}
