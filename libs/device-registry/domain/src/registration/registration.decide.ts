import { endOfDay, jstDayOf, laterDay, type JstDay } from '@smartkey/calendar';
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
import { isOver, occurrenceOn } from '@smartkey/terms';
import type { Decision } from '../account.decision.ts';
import {
  standingSpells,
  type AccountState,
  type DeregisteredAccount,
  type NoAccount,
} from '../account.state.ts';
import { faultOfNewExternalId } from '../external-id/external-id.ts';
import { whose, type AccountIds } from '../shared/account-ids.ts';
import {
  mustBeAccepted,
  mustNotHaveEnded,
  mustNotLieAfter,
  mustNotLieBefore,
  type AcceptedTerms,
  type ContractTerms,
} from '../shared/contract-terms.ts';
import { mustNotBeErased } from '../erasure/erasure.guards.ts';
import {
  mustBeKnown,
  mustHaveCome,
  mustHaveReason,
  mustNotEndBefore,
  mustNotOverlapEarlier,
  USED_DAYS,
} from '../shared/guards.ts';
import { endsWithSpell } from './ends-with-spell.ts';
import { ID_REGISTERED_VERSION, type IdDeregistered } from './registration.events.ts';
import type { LastingSpell } from './registration.state.ts';

/** Begins a spell. `registeredOn` is given by the operator only, for a past day and with a reason. */
export interface Register extends AtInstant, AccountIds {
  readonly type: 'Register';
  /** In its one form (`parseExternalId`). */
  readonly externalId: string;
  readonly displayName?: string | undefined;
  readonly registeredOn?: JstDay | undefined;
  readonly reason?: string | undefined;
  readonly terms: ContractTerms;
}

/** Ends the spell today, or as of a past day within it (operator, with a reason). */
export interface Deregister extends AtInstant {
  readonly type: 'Deregister';
  readonly on?: JstDay | undefined;
  readonly reason?: string | undefined;
}

/** The contract has ended: the registry itself ends the spell as of the last day (第6条). */
export interface EndWithContract extends AtInstant {
  readonly type: 'EndWithContract';
  readonly lastDay: JstDay;
}

export type RegistrationCommand = Register | Deregister | EndWithContract;

export function register(command: Register, state: AccountState): Decision {
  const { now, externalId, displayName, reason } = command;
  const accepted = mustBeAccepted(command.terms);
  if (!accepted.ok) return accepted;
  const terms = accepted.value;
  const free = mustBeFree(state, externalId);
  if (!free.ok) return free;
  const refused =
    command.registeredOn === undefined
      ? mustNotHaveEnded(terms, now)
      : mustBeFreeOn(command.registeredOn, command, terms, free.value);
  if (refused) return refused;
  const registeredOn = command.registeredOn ?? jstDayOf(now);
  const spell = 1 + (free.value.status === 'unregistered' ? 0 : free.value.pastSpells.length);
  const begun = event(
    'IdRegistered',
    defined({ ...whose(command), externalId, displayName, spell, registeredOn, reason }),
    occurrenceOn(registeredOn, now),
  );
  const registered = { ...begun, version: ID_REGISTERED_VERSION };
  // A forgotten ID of a contract that has ended since: its spell ends with the contract, like those of the others.
  return ok(
    isOver(terms.lastDay, now)
      ? [registered, endedWith(terms.lastDay, command, { spell, registeredOn })]
      : [registered],
  );
}

/** Not registered, and an external id that may be given to somebody. */
function mustBeFree(
  state: AccountState,
  externalId: string,
): Result<NoAccount | DeregisteredAccount, Rejection> {
  switch (state.status) {
    case 'unregistered':
      return faultOfNewExternalId(externalId) ?? ok(state);
    case 'registered':
    case 'suspended':
      return conflict('already-registered', 'The external id is registered already.', USED_DAYS);
    case 'deregistered':
      // Its external id is another account from then on.
      return mustNotBeErased(state) ?? ok(state);
  }
}

/** A past day of the contract, and none before the last that the ID was registered on. */
function mustBeFreeOn(
  day: JstDay,
  { now, reason }: Register,
  terms: AcceptedTerms,
  state: NoAccount | DeregisteredAccount,
): Refused {
  const field = 'registeredOn';
  return (
    mustHaveCome(day, now, 'registered', field) ??
    mustHaveReason(reason, 'registration') ??
    mustNotLieBefore(terms, day, field) ??
    mustNotLieAfter(terms, day, field) ??
    mustNotOverlapEarlier(latestDayOf(state), day, field)
  );
}

const latestDayOf = (state: NoAccount | DeregisteredAccount): JstDay | undefined =>
  standingSpells(state)
    .flatMap(({ lastDay }) => lastDay ?? [])
    .reduce<JstDay | undefined>(
      (latest, day) => (latest === undefined ? day : laterDay(latest, day)),
      undefined,
    );

export function deregister({ now, on, reason }: Deregister, state: AccountState): Decision {
  const known = mustBeKnown(state);
  if (!known.ok) return known;
  const account = known.value;
  if (account.status === 'deregistered')
    return on === undefined || on === standingSpells(account).at(-1)?.lastDay
      ? ok([])
      : conflict('not-registered', 'The ID is not registered.', USED_DAYS);
  const { spell, registeredOn } = account.spell;
  const refused =
    on === undefined
      ? undefined
      : (mustHaveCome(on, now, 'deregistered', 'on') ??
        mustHaveReason(reason, 'deregistration') ??
        mustNotEndBefore(registeredOn, on, 'on'));
  if (refused) return refused;
  const lastDay = on ?? laterDay(jstDayOf(now), registeredOn);
  const data = defined({
    ...whose(account),
    spell,
    registeredOn,
    lastDay,
    cause: 'request' as const,
    reason,
  });
  return ok([event('IdDeregistered', data, occurrenceOn(lastDay, now)), ...endsWithSpell(account)]);
}

/**
 * The end of a spell with its contract (第6条): occurred at the end of the contract's last day, whenever it is recorded. A spell
 * begun after that day (its end was notified late) keeps its first day as its only one: outside the billing window, so free.
 */
const endedWith = (
  lastDay: JstDay,
  ids: AccountIds,
  { spell, registeredOn }: Pick<LastingSpell, 'spell' | 'registeredOn'>,
): IdDeregistered =>
  event(
    'IdDeregistered',
    {
      ...whose(ids),
      spell,
      registeredOn,
      lastDay: laterDay(lastDay, registeredOn),
      cause: 'contract-ended',
    },
    endOfDay(lastDay),
  );

export function endWithContract({ now, lastDay }: EndWithContract, state: AccountState): Decision {
  if (state.status === 'unregistered' || state.status === 'deregistered' || !isOver(lastDay, now))
    return ok([]);
  return ok([endedWith(lastDay, state, state.spell), ...endsWithSpell(state)]);
}
