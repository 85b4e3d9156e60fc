import type { JstDay } from '@smartkey/calendar';
import {
  conflict,
  defined,
  event,
  ok,
  type Refused,
  type Rejection,
  type Result,
  type AtInstant,
} from '@smartkey/kernel';
import type { Decision } from '../account.decision.ts';
import { spellsOf, type AccountState, type KnownAccount } from '../account.state.ts';
import { whose } from '../shared/account-ids.ts';
import { mustBeKnown } from '../shared/guards.ts';
import { mustNotBeErased } from './erasure.guards.ts';

/** Erases the personal data of an ID that is not registered. */
export interface ErasePersonalData extends AtInstant {
  readonly type: 'ErasePersonalData';
  readonly reason?: string | undefined;
}

/** The same by the retention setting: of an ID whose days all lie before the one given. */
export interface EraseByRetention extends AtInstant {
  readonly type: 'EraseByRetention';
  readonly endedBefore: JstDay;
}

/** Keeps the personal data from being erased. */
export interface SetLegalHold extends AtInstant {
  readonly type: 'SetLegalHold';
  readonly reason: string;
}

export interface LiftLegalHold extends AtInstant {
  readonly type: 'LiftLegalHold';
  readonly reason: string;
}

export type ErasureCommand = ErasePersonalData | EraseByRetention | SetLegalHold | LiftLegalHold;

/** What is erased stays so: the same again changes nothing. */
export function erasePersonalData({ reason }: ErasePersonalData, state: AccountState): Decision {
  const known = mustBeKnown(state);
  if (!known.ok) return known;
  const account = known.value;
  if (account.erasure?.erasedAt !== undefined) return ok([]);
  const refused = mustHaveEnded(account) ?? mustNotBeHeld(account);
  if (refused) return refused;
  return ok([event('PersonalDataErased', defined({ ...whose(account), cause: 'request' as const, reason }))]);
}

/** What has begun again, is held, or has ended too late by now is left as it is: no person asked for it. */
export function eraseByRetention({ endedBefore }: EraseByRetention, state: AccountState): Decision {
  if (state.status !== 'deregistered' || state.erasure !== undefined) return ok([]);
  const isRecent = spellsOf(state).some(
    ({ registeredOn, lastDay }) => (lastDay ?? registeredOn) >= endedBefore,
  );
  if (isRecent) return ok([]);
  return ok([event('PersonalDataErased', { ...whose(state), cause: 'retention' })]);
}

export function setLegalHold({ reason }: SetLegalHold, state: AccountState): Decision {
  const known = mustNotBeGone(state);
  if (!known.ok) return known;
  const { erasure } = known.value;
  if (erasure?.hold?.reason === reason) return ok([]);
  return ok([event('LegalHoldSet', { ...whose(known.value), reason })]);
}

export function liftLegalHold({ reason }: LiftLegalHold, state: AccountState): Decision {
  const known = mustNotBeGone(state);
  if (!known.ok) return known;
  if (known.value.erasure?.hold === undefined) return ok([]);
  return ok([event('LegalHoldLifted', { ...whose(known.value), reason })]);
}

function mustNotBeGone(state: AccountState): Result<KnownAccount, Rejection> {
  const known = mustBeKnown(state);
  if (!known.ok) return known;
  const gone = mustNotBeErased(known.value);
  return gone ?? known;
}

const mustHaveEnded = ({ status }: KnownAccount): Refused =>
  status === 'deregistered'
    ? undefined
    : conflict('still-registered', 'The ID is registered: deregister it first.');

const mustNotBeHeld = ({ erasure }: KnownAccount): Refused =>
  erasure?.hold === undefined
    ? undefined
    : conflict('legal-hold', 'The personal data are kept by a legal hold, which the operator lifts.');
