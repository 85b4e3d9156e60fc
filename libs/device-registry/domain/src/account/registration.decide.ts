import { endOfDay, jstDayOf, laterDay, startOfDay, type JstDay } from '@smartkey/calendar';
import {
  conflict,
  forbidden,
  invalid,
  notFound,
  ok,
  type Instant,
  type Rejection,
  type Result,
} from '@smartkey/kernel';
import { notBeforeTheTerms } from '@smartkey/terms';
import type {
  ContractTerms,
  Deregister,
  EndWithContract,
  Register,
  Resume,
  Suspend,
} from './account.commands.ts';
import type { AccountEvent, IdDeregistered, IdRegistered, RegistrationVoided } from './account.events.ts';
import { faultOfNewExternalId } from './external-id.ts';
import { openSpell, standingSpells, type Account, type Spell } from './account.state.ts';

type Decision = Result<readonly AccountEvent[], Rejection>;

export const USED_DAYS = { rule: '別紙1 備考(1)' };

const neverRegistered = notFound('not-found', 'The external id was never registered.');

export const whose = (state: Account) => ({ account: state.account, contract: state.contract });
const because = (reason: string | undefined) => (reason === undefined ? {} : { reason });

/** Whether the contract's last day is over at an instant: it ends with that day (第6条). */
const hasEnded = (lastDay: JstDay | undefined, now: Instant): lastDay is JstDay =>
  lastDay !== undefined && now >= endOfDay(lastDay);

export function register(command: Register, state: Account): Decision {
  const { now, account, contract, externalId, externalIdDigest, displayName, reason, terms } = command;
  if (!terms.accepted)
    return conflict('contract-not-accepted', 'The contract is not accepted yet: IDs come after that.', {
      rule: '第3条',
    });
  const fault = state.status === 'unregistered' ? faultOfNewExternalId(externalId) : undefined;
  if (fault !== undefined) return fault;
  if (openSpell(state) !== undefined)
    return conflict('already-registered', 'The external id is registered already.', USED_DAYS);
  const today = jstDayOf(now);
  const past = command.registeredOn;
  if (past !== undefined) {
    const broken = brokenPastDay(command, past, state);
    if (broken !== undefined) return broken;
  } else if (hasEnded(terms.lastDay, now)) {
    return conflict('contract-ended', `The contract ended with ${terms.lastDay}.`, { rule: '第6条' });
  }
  const spell = state.spells.length + 1;
  const registeredOn = past ?? today;
  const event: IdRegistered = {
    type: 'IdRegistered',
    version: 1,
    data: {
      account,
      contract,
      externalId,
      externalIdDigest,
      ...(displayName === undefined ? {} : { displayName }),
      spell,
      registeredOn,
      ...because(reason),
    },
    ...(registeredOn === today ? {} : { occurredAt: startOfDay(registeredOn) }),
  };
  // A forgotten ID of a contract that has ended since: its spell ends with the contract, like those of the others.
  return hasEnded(terms.lastDay, now)
    ? ok([event, endedWith(terms.lastDay, { account, contract }, { spell, registeredOn })])
    : ok([event]);
}

/** A day on which nobody could be registered with the contract yet. */
export function beforeTheContract(
  terms: ContractTerms,
  day: JstDay,
  pointer: string,
): Result<never, Rejection> | undefined {
  const beforeTheTerms = notBeforeTheTerms(day, pointer);
  if (beforeTheTerms !== undefined) return beforeTheTerms;
  if (terms.acceptedOn !== undefined && day < terms.acceptedOn)
    return invalid('before-acceptance', `registeredOn lies before the acceptance on ${terms.acceptedOn}.`, {
      rule: '第3条',
      pointer,
    });
  return undefined;
}

/** Why a registration cannot be entered for that day, or `undefined`. */
function brokenPastDay(command: Register, day: JstDay, state: Account): Result<never, Rejection> | undefined {
  const { now, terms, reason } = command;
  const pointer = '/registeredOn';
  if (day > jstDayOf(now))
    return invalid('registered-in-the-future', 'registeredOn lies in the future.', { ...USED_DAYS, pointer });
  if (reason === undefined)
    return invalid('reason-missing', 'A registration for a past day needs a reason.', {
      ...USED_DAYS,
      pointer: '/reason',
    });
  const early = beforeTheContract(terms, day, pointer);
  if (early !== undefined) return early;
  if (terms.lastDay !== undefined && day > terms.lastDay)
    return invalid('after-contract-end', `registeredOn lies after the last day, ${terms.lastDay}.`, {
      rule: '第6条',
      pointer,
    });
  const last = lastDayRegistered(state);
  if (last !== undefined && day < last)
    return invalid('overlaps-earlier-spell', `The ID was registered until ${last}.`, {
      ...USED_DAYS,
      pointer,
    });
  return undefined;
}

/** The latest day of all spells. A new spell may begin on it: a day counts once, however many spells share it. */
const lastDayRegistered = (state: Account): JstDay | undefined =>
  standingSpells(state).reduce<JstDay | undefined>(
    (latest, { lastDay }) =>
      lastDay === undefined ? latest : latest === undefined ? lastDay : laterDay(latest, lastDay),
    undefined,
  );

export function deregister(command: Deregister, state: Account): Decision {
  if (state.status === 'unregistered') return neverRegistered;
  const { now, on, reason } = command;
  const pointer = '/on';
  const spell = openSpell(state);
  if (spell === undefined) {
    if (on === undefined || on === standingSpells(state).at(-1)?.lastDay) return ok([]);
    return conflict('not-registered', 'The ID is not registered.', USED_DAYS);
  }
  const today = jstDayOf(now);
  if (on !== undefined) {
    if (on > today)
      return invalid('deregistered-in-the-future', 'on lies in the future.', { ...USED_DAYS, pointer });
    if (reason === undefined)
      return invalid('reason-missing', 'A deregistration for a past day needs a reason.', {
        ...USED_DAYS,
        pointer: '/reason',
      });
    if (on < spell.registeredOn)
      return invalid('before-registration', `The ID is registered since ${spell.registeredOn}.`, {
        ...USED_DAYS,
        pointer,
      });
  }
  const lastDay = on ?? laterDay(today, spell.registeredOn);
  return ok(
    ending(state, {
      type: 'IdDeregistered',
      version: 1,
      data: {
        ...whose(state),
        spell: spell.spell,
        registeredOn: spell.registeredOn,
        lastDay,
        cause: 'request',
        ...because(reason),
      },
      ...(lastDay === today ? {} : { occurredAt: startOfDay(lastDay) }),
    }),
  );
}

/** The end of a registration and what ends with it: the waiting enrolment and every device. */
export function ending(state: Account, event: IdDeregistered | RegistrationVoided): readonly AccountEvent[] {
  const { enrolment } = state;
  return [
    event,
    ...(enrolment === undefined
      ? []
      : [
          {
            type: 'EnrolmentEnded',
            version: 1,
            data: {
              ...whose(state),
              enrolment: enrolment.enrolment,
              device: enrolment.device,
              cause: 'deregistered',
            },
          } as const,
        ]),
    ...state.devices
      .filter((device) => device.status !== 'revoked')
      .map(
        ({ device }) =>
          ({
            type: 'DeviceRevoked',
            version: 1,
            data: { ...whose(state), device, cause: 'deregistered' },
          }) as const,
      ),
  ];
}

/**
 * The end of a spell with its contract (第6条): occurred at the end of the contract's last day, whenever it is recorded. A spell
 * begun after that day (its end was notified late) keeps its first day as its only one: outside the billing window, so free.
 */
const endedWith = (
  lastDay: JstDay,
  whose: { readonly account: string; readonly contract: string },
  { spell, registeredOn }: Pick<Spell, 'spell' | 'registeredOn'>,
): IdDeregistered => ({
  type: 'IdDeregistered',
  version: 1,
  data: {
    ...whose,
    spell,
    registeredOn,
    lastDay: laterDay(lastDay, registeredOn),
    cause: 'contract-ended',
  },
  occurredAt: endOfDay(lastDay),
});

export function endWithContract({ now, lastDay }: EndWithContract, state: Account): Decision {
  const spell = openSpell(state);
  if (spell === undefined || !hasEnded(lastDay, now)) return ok([]);
  return ok(ending(state, endedWith(lastDay, whose(state), spell)));
}

export function suspend({ reason }: Suspend, state: Account): Decision {
  if (state.status === 'unregistered') return neverRegistered;
  if (state.status === 'suspended') return ok([]);
  if (state.status !== 'registered') return conflict('not-registered', 'The ID is not registered.');
  return ok([{ type: 'IdSuspended', version: 1, data: { ...whose(state), ...because(reason) } }]);
}

export function resume({ reason }: Resume, state: Account): Decision {
  if (state.status === 'unregistered') return neverRegistered;
  if (state.status === 'registered') return ok([]);
  if (state.status !== 'suspended') return conflict('not-registered', 'The ID is not registered.');
  return ok([{ type: 'IdResumed', version: 1, data: { ...whose(state), ...because(reason) } }]);
}

/** Facts of past days are the operator's to enter. */
export const operatorOnly = (what: string): Result<never, Rejection> =>
  forbidden('operator-only', `${what} is the operator's to enter.`, USED_DAYS);
