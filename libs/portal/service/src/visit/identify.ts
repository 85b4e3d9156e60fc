import type { PortalApi } from '../api/portal-api.ts';
import { refusalOf } from '../api/refusal.ts';
import type { Me } from './me.ts';

/** Whose a session is: a person's, of somebody who has yet to say who they are, or over. */
export type Holder = Me | 'newcomer' | undefined;

/** @throws Refusal where the surface does not answer. */
export async function identify(api: PortalApi): Promise<Holder> {
  const { data, error, response } = await api.GET('/v1/me');
  // A key is nobody (403): a cookie that holds one is no session.
  if (response.status === 401 || response.status === 403) return undefined;
  // Many sessions that are over came from this address: this one is not known either, and its browser may sign in again. One that is
  // good is let in there in any case; where it sent too much itself, the sign-in leads it back a moment later.
  if (response.status === 429) return undefined;
  if (data === undefined) throw refusalOf(response, error);
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
