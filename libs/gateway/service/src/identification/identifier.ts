import { ProblemException, secretCheck } from '@smartkey/http';
import type { Actor, Clock } from '@smartkey/kernel';
import type { KeyStore } from '../keys/key-store.ts';

const BEARER = /^Bearer +([\x21-\x7e]{1,512})$/i;

const presentedKey = (authorization: string | undefined): string | undefined =>
  authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];

/** Who calls, by `Authorization: Bearer <key>`. */
export class Identifier {
  private readonly isOperatorKey: (presented: unknown) => boolean;

  constructor(
    private readonly keys: KeyStore,
    private readonly clock: Clock,
    operatorKey: string,
  ) {
    this.isOperatorKey = secretCheck(operatorKey);
  }

  /** Whether it is the first operator key: known without asking the database. */
  isOperator(authorization: string | undefined): boolean {
    return this.isOperatorKey(presentedKey(authorization));
  }

  /** @returns undefined for no key, an unknown, a revoked or an expired one: the same to the caller. */
  async identify(authorization: string | undefined): Promise<Actor | undefined> {
    const key = presentedKey(authorization);
    if (key === undefined) return undefined;
    if (this.isOperatorKey(key)) return { role: 'operator', key: 'bootstrap' };
    return this.keys.identify(key, this.clock.now());
  }
}

export const unauthenticated = (): ProblemException =>
  new ProblemException(401, 'unauthenticated', 'A valid key is needed: Authorization: Bearer <key>.', {
    headers: { 'www-authenticate': 'Bearer realm="smartkey"' },
  });
