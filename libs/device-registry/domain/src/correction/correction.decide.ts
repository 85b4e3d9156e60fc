import { earlierDay, type JstDay } from '@smartkey/calendar';
import {
  conflict,
  defined,
  event,
  invalid,
  notFound,
  ok,
  type Instant,
  type Refused,
  type Rejection,
  type Result,
  type AtInstant,
} from '@smartkey/kernel';
import { occurrenceOn } from '@smartkey/terms';
import type { Decision } from '../account.decision.ts';
import { spellsOf, standingSpells, type AccountState, type KnownAccount } from '../account.state.ts';
import { endsWithSpell } from '../registration/ends-with-spell.ts';
import type { Spell, StandingSpell } from '../registration/registration.state.ts';
import { whose } from '../shared/account-ids.ts';
import {
  mustBeAccepted,
  mustNotLieAfter,
  mustNotLieBefore,
  type AcceptedTerms,
  type ContractTerms,
} from '../shared/contract-terms.ts';
import { mustHaveCome, mustNotEndBefore, mustNotOverlapEarlier, USED_DAYS } from '../shared/guards.ts';

/** Takes a spell back that was entered by mistake (operator, with a reason). */
export interface VoidRegistration extends AtInstant {
  readonly type: 'VoidRegistration';
  /** Its number; missing where the id that was given names none of this account. */
  readonly spell: number | undefined;
  readonly reason: string;
}

/** Makes a spell begin earlier, or end on another day (operator, with a reason). What is not given stays. */
export interface CorrectRegistration extends AtInstant {
  readonly type: 'CorrectRegistration';
  /** Its number; missing where the id that was given names none of this account. */
  readonly spell: number | undefined;
  readonly registeredOn?: JstDay | undefined;
  readonly deregisteredOn?: JstDay | undefined;
  readonly reason: string;
  readonly terms: ContractTerms;
}

export type CorrectionCommand = VoidRegistration | CorrectRegistration;

/** A registration entered by mistake is taken back, at any time: none of its days count (Invoices, *late facts*). */
export function voidRegistration(
  { now, spell: number, reason }: VoidRegistration,
  state: AccountState,
): Decision {
  const found = mustHaveSpell(state, number);
  if (!found.ok) return found;
  const { account, spell } = found.value;
  if (spell.voided) return ok([]);
  const { registeredOn, lastDay } = spell;
  const data = defined({
    ...whose(account),
    spell: spell.spell,
    registeredOn,
    lastDay,
    reason,
    ...afterErasure(account),
  });
  const voided = event('RegistrationVoided', data, occurrenceOn(registeredOn, now));
  return ok(lastDay === undefined ? [voided, ...endsWithSpell(account)] : [voided]);
}

/** A spell began earlier, or ended on another day, than was entered (Invoices, *late facts*). */
export function correctRegistration(command: CorrectRegistration, state: AccountState): Decision {
  const { now, reason, deregisteredOn } = command;
  const found = mustHaveSpell(state, command.spell);
  if (!found.ok) return found;
  const { account, spell } = found.value;
  if (spell.voided)
    return conflict('registration-voided', 'The registration was voided; enter it anew.', USED_DAYS);
  if (command.registeredOn === undefined && deregisteredOn === undefined)
    return invalid('nothing-to-correct', 'Either registeredOn or deregisteredOn is given, or both.', {
      ...USED_DAYS,
      pointer: '/registeredOn',
    });
  const terms = mustBeAccepted(command.terms);
  if (!terms.ok) return terms;
  const days = {
    registeredOn: command.registeredOn ?? spell.registeredOn,
    lastDay: deregisteredOn ?? spell.lastDay,
  };
  const refused =
    mustBeginEarlier(days.registeredOn, spell, account, terms.value) ??
    mustEndWithin(deregisteredOn, days, spell, account, terms.value, now);
  if (refused) return refused;
  const changed = firstChangedDay(spell, days);
  if (changed === undefined) return ok([]);
  const former = { formerRegisteredOn: spell.registeredOn, formerLastDay: spell.lastDay };
  const data = defined({
    ...whose(account),
    spell: spell.spell,
    ...days,
    ...former,
    reason,
    ...afterErasure(account),
  });
  return ok([event('RegistrationCorrected', data, occurrenceOn(changed, now))]);
}

/** Also after the personal data were erased: what was billed wrongly is put right. */
const afterErasure = ({ erasure }: KnownAccount): { readonly afterErasure?: true } =>
  erasure?.erasedAt === undefined ? {} : { afterErasure: true };

interface Days {
  readonly registeredOn: JstDay;
  readonly lastDay?: JstDay | undefined;
}

/** `undefined` where both have the same days. */
function firstChangedDay(former: StandingSpell, { registeredOn, lastDay }: Days): JstDay | undefined {
  if (registeredOn < former.registeredOn) return registeredOn;
  return lastDay === undefined || former.lastDay === undefined || lastDay === former.lastDay
    ? undefined
    : earlierDay(lastDay, former.lastDay);
}

function mustHaveSpell(
  state: AccountState,
  number: number | undefined,
): Result<{ readonly account: KnownAccount; readonly spell: Spell }, Rejection> {
  const spell = spellsOf(state).find((one) => one.spell === number);
  return state.status === 'unregistered' || spell === undefined
    ? notFound('not-found', 'The ID has no such registration.')
    : ok({ account: state, spell });
}

function mustBeginEarlier(
  day: JstDay,
  spell: StandingSpell,
  account: KnownAccount,
  terms: AcceptedTerms,
): Refused {
  const field = 'registeredOn';
  if (day === spell.registeredOn) return undefined;
  if (day > spell.registeredOn)
    return invalid(
      'begins-later',
      `A registration can be made to begin earlier than ${spell.registeredOn}; for a later day void it and enter it anew.`,
      { ...USED_DAYS, pointer: `/${field}` },
    );
  const before = standingSpells(account).findLast((other) => other.spell < spell.spell);
  return mustNotLieBefore(terms, day, field) ?? mustNotOverlapEarlier(before?.lastDay, day, field);
}

/** @param day missing where the end is not to be corrected. */
function mustEndWithin(
  day: JstDay | undefined,
  { registeredOn }: Days,
  spell: StandingSpell,
  account: KnownAccount,
  terms: AcceptedTerms,
  now: Instant,
): Refused {
  const field = 'deregisteredOn';
  const pointer = `/${field}`;
  if (day === undefined || day === spell.lastDay) return undefined;
  if (spell.lastDay === undefined)
    return conflict('not-ended', 'The registration has not ended: deregister the ID.', {
      ...USED_DAYS,
      pointer,
    });
  const broken =
    mustHaveCome(day, now, 'deregistered', field) ??
    mustNotEndBefore(registeredOn, day, field) ??
    mustNotLieAfter(terms, day, field);
  if (broken) return broken;
  const after = standingSpells(account).find((other) => other.spell > spell.spell);
  return after !== undefined && day > after.registeredOn
    ? invalid('overlaps-later-spell', `The ID is registered again since ${after.registeredOn}.`, {
        ...USED_DAYS,
        pointer,
      })
    : undefined;
}
