import { createHash, randomBytes } from 'node:crypto';
import { notFoundProblem, stepUpRequired } from '@smartkey/http';
import { CROCKFORD, type PersonId, type SessionId } from '@smartkey/kernel';
import type { LoadedPerson, PeopleLog } from '../people/people-log.ts';
import type { SessionStore } from '../sessions/session-store.ts';

/** Whether somebody may add a way in: whoever has one shows it first; whoever has none has the session alone to show. */
export class OwnProof {
  constructor(
    private readonly people: PeopleLog,
    private readonly sessions: SessionStore,
  ) {}

  /** @throws ProblemException 403 `step-up-required` */
  async ofWhoAdds(person: PersonId, session: SessionId): Promise<LoadedPerson> {
    const loaded = await this.people.load(person);
    if (loaded === undefined || !('credentials' in loaded.state)) throw notFoundProblem();
    const { passkeys, providers } = loaded.state.credentials;
    if (passkeys.length + providers.length > 0 && !(await this.sessions.isVerified(session)))
      throw stepUpRequired();
    return loaded;
  }
}

/** 100 random bits as people copy them: four groups of five. */
export const makeRecoveryCode = (): string =>
  CROCKFORD.encode(randomBytes(13))
    .slice(0, 20)
    .replace(/(.{5})(?=.)/g, '$1-');

/** However it was copied. */
export const hashOfRecoveryCode = (code: string): Buffer =>
  createHash('sha256')
    .update(code.toLowerCase().replace(/[\s-]/g, '').replace(/o/g, '0').replace(/[il]/g, '1'))
    .digest();
