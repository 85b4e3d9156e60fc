import { conflict, defined, event, notFound, ok, type PasskeyId, type ByActor } from '@smartkey/kernel';
import type { Decision } from '../person.decision.ts';
import type { PersonState } from '../person.state.ts';
import { mustBeActive } from '../shared/guards.ts';

export interface AddPasskey extends ByActor {
  readonly type: 'AddPasskey';
  readonly passkey: PasskeyId;
  readonly name: string;
}

export interface RemovePasskey extends ByActor {
  readonly type: 'RemovePasskey';
  readonly passkey: PasskeyId;
}

export interface BindProvider extends ByActor {
  readonly type: 'BindProvider';
  readonly issuer: string;
  readonly subject: string;
}

export interface UnbindProvider extends ByActor {
  readonly type: 'UnbindProvider';
  readonly issuer: string;
}

export interface IssueRecoveryCode extends ByActor {
  readonly type: 'IssueRecoveryCode';
}

type RecoveredBy = 'code' | 'others' | 'server';

export interface BeginRecovery extends ByActor {
  readonly type: 'BeginRecovery';
  readonly by: RecoveredBy;
  readonly reason?: string | undefined;
}

export interface Recover extends ByActor {
  readonly type: 'Recover';
  readonly by: RecoveredBy;
}

export type CredentialCommand =
  AddPasskey | RemovePasskey | BindProvider | UnbindProvider | IssueRecoveryCode | BeginRecovery | Recover;

/** So many passkeys one person may have. */
const MOST_PASSKEYS = 10;

export function addPasskey({ passkey, name }: AddPasskey, state: PersonState): Decision {
  const active = mustBeActive(state);
  if (!active.ok) return active;
  const { passkeys } = active.value.credentials;
  if (passkeys.includes(passkey)) return ok([]);
  if (passkeys.length >= MOST_PASSKEYS)
    return conflict('too-many-passkeys', `a person has at most ${MOST_PASSKEYS} passkeys`);
  return ok([event('PasskeyAdded', { passkey, name })]);
}

/** The last way in stays: who took it away would have to be let in again by others. */
export function removePasskey({ passkey }: RemovePasskey, state: PersonState): Decision {
  const active = mustBeActive(state);
  if (!active.ok) return active;
  const { passkeys, providers } = active.value.credentials;
  if (!passkeys.includes(passkey)) return notFound('passkey-unknown', 'there is no such passkey');
  if (passkeys.length === 1 && providers.length === 0)
    return conflict('last-way-in', 'this is the only way in that is left: add another first');
  return ok([event('PasskeyRemoved', { passkey })]);
}

export function bindProvider({ issuer, subject }: BindProvider, state: PersonState): Decision {
  const active = mustBeActive(state);
  if (!active.ok) return active;
  if (active.value.credentials.providers.includes(issuer))
    return conflict('provider-bound', 'an account of this provider is bound already');
  return ok([event('ProviderBound', { issuer, subject })]);
}

export function unbindProvider({ issuer }: UnbindProvider, state: PersonState): Decision {
  const active = mustBeActive(state);
  if (!active.ok) return active;
  const { passkeys, providers } = active.value.credentials;
  if (!providers.includes(issuer)) return ok([]);
  if (passkeys.length === 0 && providers.length === 1)
    return conflict('last-way-in', 'this is the only way in that is left: add another first');
  return ok([event('ProviderUnbound', { issuer })]);
}

export function issueRecoveryCode(_command: IssueRecoveryCode, state: PersonState): Decision {
  const active = mustBeActive(state);
  return active.ok ? ok([event('RecoveryCodeIssued', {})]) : active;
}

export function beginRecovery({ by, reason }: BeginRecovery, state: PersonState): Decision {
  const active = mustBeActive(state);
  return active.ok ? ok([event('RecoveryBegun', defined({ by, reason }))]) : active;
}

export function recover({ by }: Recover, state: PersonState): Decision {
  const active = mustBeActive(state);
  return active.ok ? ok([event('Recovered', { by })]) : active;
}
