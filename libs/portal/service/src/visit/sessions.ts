import type { PortalApi } from '../api/portal-api.ts';

/** @returns the session's token, for the cookie. @throws Refusal 401 or 403 where the key lets nobody in. */
export async function sessionForKey(api: PortalApi, key: string): Promise<string> {
  return (await api.POST('/v1/sign-in/key', { body: { key } })).token;
}

/** By the link of the terminal. @throws Refusal 403 or 410 */
export async function sessionForFirstLink(api: PortalApi, token: string): Promise<string> {
  return (await api.POST('/v1/sign-in/first', { body: { token } })).token;
}

/** @throws Refusal 410 for a link that is used, replaced or over. */
export async function sessionForInvitation(api: PortalApi, token: string): Promise<string> {
  return (await api.POST('/v1/sign-in/invitation', { body: { token } })).token;
}

/** Whoever is back: the session's token, and the recovery code that is shown once. @throws Refusal 410 */
export async function sessionForRecovery(
  api: PortalApi,
  token: string,
): Promise<{ readonly token: string; readonly recoveryCode: string }> {
  const made = await api.POST('/v1/sign-in/recovery', { body: { token } });
  if (!('recoveryCode' in made)) throw new Error('a link was answered as a code is');
  return made;
}

/** Says who signed in with a key; the session goes on under another token. */
export async function introduce(
  api: PortalApi,
  who: { readonly name: string; readonly email: string },
): Promise<string> {
  return (await api.POST('/v1/me', { body: who })).token;
}

export async function endSession(api: PortalApi, session: string): Promise<void> {
  await api.DELETE('/v1/sessions/{sid}', { params: { path: { sid: session } } });
}
