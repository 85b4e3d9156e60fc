import { effectiveDayOfCancellation } from '@smartkey/terms';
import { endOfDay, jstDayOf, LAST_DAY, type JstDay } from '@smartkey/calendar';
import {
  conflict,
  forbidden,
  invalid,
  notFound,
  ok,
  type Instant,
  type Rejection,
  type Result,
  defined,
  event,
  type Refused,
} from '@smartkey/kernel';
import type { Decision } from '../contract.decider.ts';
import type { ContractState } from '../contract.state.ts';
import { lapsesAtEnd } from '../plan-change/plan-change.decide.ts';
import { policiesAt, type ContractPolicies, type NoticeForm } from '../policies/contract-policies.ts';
import { pastInstant, tooFar } from '../shared/dates.ts';
import { isContractor, type Moment } from '../shared/moment.ts';
import { mustBeAccepted, mustBeRunning } from '../shared/standing.ts';
import { standingNotice, type Notice } from './cancellation.state.ts';

export interface NotifyCancellation extends Moment {
  readonly type: 'NotifyCancellation';
  /** `can_…` */
  readonly cancellation: string;
  /** 到達; now where missing. The operator's to tell: a contractor's notice arrives as it is given. */
  readonly arrivedAt?: Instant | undefined;
  readonly requestedDay?: JstDay | undefined;
  /** Missing: `portal` from a contractor, `paper` from the operator. */
  readonly form?: NoticeForm | undefined;
  readonly replaces?: string | undefined;
  readonly policies: readonly ContractPolicies[];
}

/** The operator puts a clerk's error right. */
export interface CorrectCancellation extends Moment {
  readonly type: 'CorrectCancellation';
  readonly cancellation: string;
  readonly arrivedAt?: Instant | undefined;
  /** `null` takes it away, a missing one leaves it. */
  readonly requestedDay?: JstDay | null | undefined;
  readonly reason: string;
}

export interface VoidCancellation extends Moment {
  readonly type: 'VoidCancellation';
  readonly cancellation: string;
  readonly reason: string;
}

export type CancellationCommand = NotifyCancellation | CorrectCancellation | VoidCancellation;

const rule = '第6条';

/** 第6条. Never refused, delayed or charged for being early (第2条). */
export function notifyCancellation(state: ContractState, command: NotifyCancellation): Decision {
  const { cancellation, requestedDay, replaces, actor, now, policies } = command;
  const refused = mustBeRunning(state, now) ?? mustBeGivenBy(command);
  if (refused) return refused;
  const arrivedAt = command.arrivedAt ?? now;
  const policy = policiesAt(policies, arrivedAt);
  const form = command.form ?? (isContractor(actor) ? 'portal' : 'paper');
  const standing = standingNotice(state.cancellation);
  const broken =
    mustBePrescribed(form, policy) ??
    mustHaveArrived(state, arrivedAt, now) ??
    (requestedDay === undefined ? undefined : tooFar(requestedDay, LAST_DAY, '/requestedDay')) ??
    mustNameTheStanding(standing, replaces);
  if (broken) return broken;

  const effectiveDay = effectiveDayOfCancellation(arrivedAt, requestedDay);
  if (standing !== undefined && effectiveDay > standing.effectiveDay && isContractor(actor))
    return forbidden(
      'later-end-needs-operator',
      `the standing notice ends the contract with ${standing.effectiveDay}; a later day (this one: ${effectiveDay}) needs the operator`,
      { rule },
    );
  const policyVersion = policy.fromMonth;
  const data = { cancellation, arrivedAt, form, requestedDay, effectiveDay, replaces, policyVersion };
  // Arrived as it is given, it is a fact of the moment like any other.
  return ok([
    event('CancellationNotified', defined(data), command.arrivedAt),
    ...lapsesAtEnd(state, effectiveDay),
  ]);
}

/** After the effective day only to an earlier one: what was not served is never billed, and service is not resumed. */
export function correctCancellation(state: ContractState, command: CorrectCancellation): Decision {
  const { now, reason } = command;
  const refused = mustBeAccepted(state);
  if (refused) return refused;
  const notice = standing(state, command.cancellation);
  if (!notice.ok) return notice;
  const known = notice.value;
  const arrivedAt = command.arrivedAt ?? known.arrivedAt;
  const requestedDay =
    command.requestedDay === undefined ? known.requestedDay : (command.requestedDay ?? undefined);
  if (arrivedAt === known.arrivedAt && requestedDay === known.requestedDay) return ok([]);
  const broken =
    mustHaveArrived(state, arrivedAt, now) ??
    (requestedDay === undefined ? undefined : tooFar(requestedDay, LAST_DAY, '/requestedDay'));
  if (broken) return broken;

  const effectiveDay = effectiveDayOfCancellation(arrivedAt, requestedDay);
  if (now >= endOfDay(known.effectiveDay) && effectiveDay > known.effectiveDay)
    return conflict(
      'ended-cannot-end-later',
      `the contract ended with ${known.effectiveDay}; that can only be corrected to an earlier day`,
      { rule },
    );
  const data = { cancellation: known.id, arrivedAt, requestedDay, effectiveDay, reason };
  return ok([event('CancellationCorrected', defined(data), arrivedAt), ...lapsesAtEnd(state, effectiveDay)]);
}

/** A withdrawal of the notice; nothing stands afterwards. Only before the end: service is not resumed. */
export function voidCancellation(state: ContractState, command: VoidCancellation): Decision {
  const refused = mustBeAccepted(state);
  if (refused) return refused;
  if (isContractor(command.actor))
    return forbidden(
      'withdrawal-needs-operator',
      'a notice of cancellation is withdrawn only by the operator',
      {
        rule,
      },
    );
  const notice = find(state, command.cancellation);
  if (notice?.status === 'voided') return ok([]);
  const stands = standing(state, command.cancellation);
  if (!stands.ok) return stands;
  if (command.now >= endOfDay(stands.value.effectiveDay))
    return conflict(
      'contract-ended',
      `the contract ended with ${stands.value.effectiveDay}; service is not resumed, a new contract is made instead`,
      { rule },
    );
  return ok([event('CancellationVoided', { cancellation: command.cancellation, reason: command.reason })]);
}

const find = (state: ContractState, id: string): Notice | undefined =>
  state.cancellation.notices.find((notice) => notice.id === id);

function standing(state: ContractState, id: string): Result<Notice, Rejection> {
  const notice = find(state, id);
  if (notice === undefined)
    return notFound('cancellation-unknown', 'there is no such notice of cancellation');
  return notice.status === 'standing'
    ? ok(notice)
    : conflict('cancellation-not-standing', `the notice is ${notice.status}`, { rule });
}

/** A contractor's notice comes by the portal and arrives as it is given. */
function mustBeGivenBy({ actor, arrivedAt, form }: NotifyCancellation): Refused {
  if (!isContractor(actor)) return undefined;
  if (arrivedAt !== undefined)
    return forbidden('arrival-by-operator', 'the arrival of a notice is recorded by the operator', {
      rule,
      pointer: '/arrivedAt',
    });
  if (form !== undefined && form !== 'portal')
    return forbidden('form-by-operator', 'a notice in another form than portal is recorded by the operator', {
      rule,
      pointer: '/form',
    });
  return undefined;
}

/** 当社所定の解約申込書: another form does not start the 30 days. */
const mustBePrescribed = (form: NoticeForm, { prescribedForms }: ContractPolicies): Refused =>
  prescribedForms.includes(form)
    ? undefined
    : invalid(
        'form-not-prescribed',
        `a notice starts the 30 days of 第6条 only in a prescribed form: ${prescribedForms.join(', ')}`,
        { rule, pointer: '/form' },
      );

function mustHaveArrived(state: ContractState, arrivedAt: Instant, now: Instant): Refused {
  const notYet = pastInstant(arrivedAt, now, '/arrivedAt', rule);
  if (notYet) return notYet;
  const { acceptedOn = '' } = state.acceptance;
  return jstDayOf(arrivedAt) < acceptedOn
    ? invalid(
        'arrived-before-acceptance',
        `there was no contract before the day of acceptance, ${acceptedOn}`,
        {
          rule,
          pointer: '/arrivedAt',
        },
      )
    : undefined;
}

/** One notice stands at a time. */
function mustNameTheStanding(notice: Notice | undefined, replaces: string | undefined): Refused {
  if (notice === undefined)
    return replaces === undefined
      ? undefined
      : invalid('nothing-to-replace', 'no notice of cancellation stands', { rule, pointer: '/replaces' });
  if (replaces === undefined)
    return conflict(
      'cancellation-stands',
      `the notice ${notice.id} stands; a second one names it in replaces`,
      {
        rule,
        pointer: '/replaces',
      },
    );
  return replaces === notice.id
    ? undefined
    : invalid('replaces-another', `the notice that stands is ${notice.id}`, { rule, pointer: '/replaces' });
}
