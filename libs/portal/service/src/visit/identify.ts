import type { PortalApi } from '../api/portal-api.ts';
import { Refusal } from '../api/refusal.ts';
import type { Me } from './me.ts';

/** Whose a session is: a person's, of somebody who has yet to say who they are, or over. */
export type Holder = Me | 'newcomer' | undefined;

/** @throws Refusal where the surface does not answer. */
export async function identify(api: PortalApi): Promise<Holder> {
  const data = await api.GET('/v1/me').catch(nobody);
  if (data === undefined) return undefined;
  if (data.person === null) return 'newcomer';
  const { id, name, roles, contract, rights } = data.person;
  return {
    id,
    name,
    session: data.session,
    verified: data.verified,
    roles: roles ?? [],
    ...(contract !== undefined && { contract }),
    rights: rights ?? [],
  };
}

/**
 * A key is nobody (403): a cookie that holds one is no session. Where many sessions that are over came from this address (429) this one
 * is not known either, and its browser may sign in again. One that is good is let in there in any case; where it sent too much itself,
 * the sign-in leads it back a moment later.
 */
function nobody(error: unknown): undefined {
  if (error instanceof Refusal && [401, 403, 429].includes(error.status)) return undefined;
  throw error;
}
