import { secretCheck, type Caller } from '@smartkey/http';
import type { Clock } from '@smartkey/kernel';
import type { KeyStore } from '../keys/key-store.ts';
import type { UserSessions } from '../end-users/user-sessions.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import { agentName } from '../sessions/agent-name.ts';
import { BOOTSTRAP } from './first-operator.ts';

const BEARER = /^Bearer +([\x21-\x7e]{1,512})$/i;

export const presentedKey = (authorization: string | undefined): string | undefined =>
  authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];

/** Who calls, by `Authorization: Bearer <key>`: a key, the session of a person, or that of a user. */
export class Identifier {
  private readonly isOperatorKey: (presented: unknown) => boolean;

  constructor(
    private readonly keys: KeyStore,
    private readonly sessions: SessionStore,
    private readonly users: UserSessions,
    private readonly clock: Clock,
    operatorKey: string,
  ) {
    this.isOperatorKey = secretCheck(operatorKey);
  }

  /**
   * @param suspect whether the key comes from an address that sends many unknown ones: a valid one gets in all the same, but
   * it is looked up in its turn.
   * @param address from where it is shown.
   * @param userAgent by what, as that names itself.
   * @throws ProblemException 403 `network-not-allowed` for a key that is not taken from there.
   * @returns undefined for no key or session, an unknown, a revoked or an expired one: the same to the caller.
   */
  async identify(
    key: string | undefined,
    suspect: boolean,
    address: string,
    userAgent?: string,
  ): Promise<Caller | undefined> {
    if (key === undefined) return undefined;
    if (this.isOperatorKey(key)) return { role: 'operator', key: BOOTSTRAP };
    if (key.startsWith('ses_')) return this.sessions.identify(key, suspect, agentName(userAgent));
    if (key.startsWith('usr_')) return this.users.identify(key, suspect);
    return this.keys.identify(key, this.clock.now(), address, suspect);
  }
}
