import { jstDayOf, type JstDay } from '@smartkey/calendar';
import {
  conflict,
  forbidden,
  invalid,
  notFound,
  ok,
  type Actor,
  type Instant,
  type Refused,
  type Rejection,
  type Result,
} from '@smartkey/kernel';
import type { AccountState, KnownAccount, RegisteredAccount } from '../account.state.ts';

/** The account with the parts that its status proves, or why the command is refused. */
type Proven<Account extends AccountState> = Result<Account, Rejection>;

/** Days of registration are counted by this rule. */
export const USED_DAYS = { rule: '別紙1 備考(1)' };

/** Registered at least once. */
export const mustBeKnown = (state: AccountState): Proven<KnownAccount> =>
  state.status === 'unregistered'
    ? notFound('not-found', 'The external id was never registered.')
    : ok(state);

/** Registered now; a suspended ID is. */
export function mustBeRegistered(state: AccountState): Proven<RegisteredAccount> {
  const account = mustBeKnown(state);
  if (!account.ok) return account;
  return account.value.status === 'deregistered'
    ? conflict('not-registered', 'The ID is not registered.')
    : ok(account.value);
}

/** Facts of past days are the operator's to enter. */
export const mustBeOperator = ({ role }: Actor, what: string): Refused =>
  role === 'operator'
    ? undefined
    : forbidden('operator-only', `${what} is the operator's to enter.`, USED_DAYS);

/** A day that a registration or its end is entered for has come. */
export const mustHaveCome = (day: JstDay, now: Instant, code: string, field: string): Refused =>
  day > jstDayOf(now)
    ? invalid(`${code}-in-the-future`, `${field} lies in the future.`, { ...USED_DAYS, pointer: `/${field}` })
    : undefined;

/** A past day is entered with a reason. */
export const mustHaveReason = (reason: string | undefined, what: string): Refused =>
  reason === undefined
    ? invalid('reason-missing', `A ${what} for a past day needs a reason.`, {
        ...USED_DAYS,
        pointer: '/reason',
      })
    : undefined;

/** A spell has one day at least. */
export const mustNotEndBefore = (registeredOn: JstDay, day: JstDay, field: string): Refused =>
  day < registeredOn
    ? invalid('before-registration', `The ID is registered since ${registeredOn}.`, {
        ...USED_DAYS,
        pointer: `/${field}`,
      })
    : undefined;

/** A spell shares one day with the one before it at most: a day counts once, however many spells share it. */
export const mustNotOverlapEarlier = (until: JstDay | undefined, day: JstDay, field: string): Refused =>
  until !== undefined && day < until
    ? invalid('overlaps-earlier-spell', `The ID was registered until ${until}.`, {
        ...USED_DAYS,
        pointer: `/${field}`,
      })
    : undefined;
