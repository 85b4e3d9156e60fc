import { earlierDay, jstDayOf, startOfDay, type JstDay } from '@smartkey/calendar';
import { conflict, invalid, notFound, ok, type Instant, type Rejection, type Result } from '@smartkey/kernel';
import type { CorrectRegistration, VoidRegistration } from './account.commands.ts';
import type { AccountEvent } from './account.events.ts';
import { standingSpells, type Account, type Spell } from './account.state.ts';
import { beforeTheContract, ending, USED_DAYS, whose } from './registration.decide.ts';

type Decision = Result<readonly AccountEvent[], Rejection>;

const noSuchSpell = notFound('not-found', 'The ID has no such registration.');

const find = (state: Account, number: number | undefined): Spell | undefined =>
  state.spells.find(({ spell }) => spell === number);

const until = ({ lastDay }: Spell) => (lastDay === undefined ? {} : { lastDay });

/** Entered for a past day, it occurred at that day's beginning; for today, at the moment. */
const occurring = (day: JstDay, now: Instant): { readonly occurredAt?: Instant } =>
  day >= jstDayOf(now) ? {} : { occurredAt: startOfDay(day) };

/** A registration entered by mistake is taken back, at any time: none of its days count (Invoices, *late facts*). */
export function voidRegistration({ now, spell: number, reason }: VoidRegistration, state: Account): Decision {
  const spell = find(state, number);
  if (spell === undefined) return noSuchSpell;
  if (spell.voided === true) return ok([]);
  const event: AccountEvent = {
    type: 'RegistrationVoided',
    version: 1,
    data: {
      ...whose(state),
      spell: spell.spell,
      registeredOn: spell.registeredOn,
      ...until(spell),
      reason,
    },
    ...occurring(spell.registeredOn, now),
  };
  return ok(spell.lastDay === undefined ? ending(state, event) : [event]);
}

/** A spell began earlier, or ended on another day, than was entered (Invoices, *late facts*). */
export function correctRegistration(command: CorrectRegistration, state: Account): Decision {
  const { now, reason } = command;
  const spell = find(state, command.spell);
  if (spell === undefined) return noSuchSpell;
  if (spell.voided === true)
    return conflict('registration-voided', 'The registration was voided; enter it anew.', USED_DAYS);
  if (command.registeredOn === undefined && command.deregisteredOn === undefined)
    return invalid('nothing-to-correct', 'Either registeredOn or deregisteredOn is given, or both.', {
      ...USED_DAYS,
      pointer: '/registeredOn',
    });
  const registeredOn = command.registeredOn ?? spell.registeredOn;
  const lastDay = command.deregisteredOn ?? spell.lastDay;
  const broken =
    brokenBeginning(command, registeredOn, spell, state) ?? brokenEnd(command, registeredOn, spell, state);
  if (broken !== undefined) return broken;
  if (registeredOn === spell.registeredOn && lastDay === spell.lastDay) return ok([]);
  const firstChanged =
    registeredOn < spell.registeredOn ? registeredOn : earlierDay(lastDay!, spell.lastDay!);
  return ok([
    {
      type: 'RegistrationCorrected',
      version: 1,
      data: {
        ...whose(state),
        spell: spell.spell,
        registeredOn,
        ...(lastDay === undefined ? {} : { lastDay }),
        formerRegisteredOn: spell.registeredOn,
        ...(spell.lastDay === undefined ? {} : { formerLastDay: spell.lastDay }),
        reason,
      },
      ...occurring(firstChanged, now),
    },
  ]);
}

type Broken = Result<never, Rejection> | undefined;

function brokenBeginning(
  { terms, registeredOn: asked }: CorrectRegistration,
  day: JstDay,
  spell: Spell,
  state: Account,
): Broken {
  const pointer = '/registeredOn';
  if (asked === undefined || day === spell.registeredOn) return undefined;
  if (day > spell.registeredOn)
    return invalid(
      'begins-later',
      `A registration can be made to begin earlier than ${spell.registeredOn}; for a later day void it and enter it anew.`,
      { ...USED_DAYS, pointer },
    );
  const early = beforeTheContract(terms, day, pointer);
  if (early !== undefined) return early;
  const before = standingSpells(state).findLast((other) => other.spell < spell.spell);
  if (before?.lastDay !== undefined && day < before.lastDay)
    return invalid('overlaps-earlier-spell', `The ID was registered until ${before.lastDay}.`, {
      ...USED_DAYS,
      pointer,
    });
  return undefined;
}

function brokenEnd(
  { now, terms, deregisteredOn: day }: CorrectRegistration,
  registeredOn: JstDay,
  spell: Spell,
  state: Account,
): Broken {
  const pointer = '/deregisteredOn';
  if (day === undefined) return undefined;
  if (spell.lastDay === undefined)
    return conflict('not-ended', 'The registration has not ended: deregister the ID.', {
      ...USED_DAYS,
      pointer,
    });
  if (day === spell.lastDay) return undefined;
  if (day > jstDayOf(now))
    return invalid('deregistered-in-the-future', 'deregisteredOn lies in the future.', {
      ...USED_DAYS,
      pointer,
    });
  if (day < registeredOn)
    return invalid('before-registration', `The ID is registered since ${registeredOn}.`, {
      ...USED_DAYS,
      pointer,
    });
  if (terms.lastDay !== undefined && day > terms.lastDay)
    return invalid('after-contract-end', `deregisteredOn lies after the last day, ${terms.lastDay}.`, {
      rule: '第6条',
      pointer,
    });
  const after = standingSpells(state).find((other) => other.spell > spell.spell);
  if (after !== undefined && day > after.registeredOn)
    return invalid('overlaps-later-spell', `The ID is registered again since ${after.registeredOn}.`, {
      ...USED_DAYS,
      pointer,
    });
  return undefined;
}
