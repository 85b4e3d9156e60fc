import { ProblemException } from '@smartkey/http';

/** Stands for the first operator key where the id of a key is asked for: it is in no table, and the root of all others. */
export const BOOTSTRAP = 'bootstrap';

export const unauthenticated = (): ProblemException =>
  new ProblemException(401, 'unauthenticated', 'A valid key is needed: Authorization: Bearer <key>.', {
    headers: { 'www-authenticate': 'Bearer realm="smartkey"' },
  });
