import { jstDayOf, LAST_DAY, type JstDay } from '@smartkey/calendar';
import {
  conflict,
  defined,
  event,
  forbidden,
  invalid,
  notFound,
  ok,
  type Instant,
  type Refused,
  type Rejection,
  type Result,
  type CancellationId,
} from '@smartkey/kernel';
import { effectiveDayOfCancellation, isOver } from '@smartkey/terms';
import type { Decision } from '../contract.decision.ts';
import type { AcceptedContract, ContractState } from '../contract.state.ts';
import { lapsesAtEnd } from '../plan-change/lapses-at-end.ts';
import {
  policiesAt,
  type ContractPolicies,
  type NoticeForm,
  type PolicyCatalogue,
} from '../policies/contract-policies.ts';
import { pastInstant, tooFar } from '../shared/dates.ts';
import { mustBeAccepted, mustBeRunning } from '../shared/guards.ts';
import { isContractor, type Moment } from '../shared/moment.ts';
import { noticeWith, standingNotice, type Cancellation, type Notice } from './cancellation.state.ts';

export interface NotifyCancellation extends Moment {
  readonly type: 'NotifyCancellation';
  /** `can_…` */
  readonly cancellation: CancellationId;
  /** 到達; now where missing. The operator's to tell: a contractor's notice arrives as it is given. */
  readonly arrivedAt?: Instant | undefined;
  readonly requestedDay?: JstDay | undefined;
  /** Missing: `portal` from a contractor, `paper` from the operator. */
  readonly form?: NoticeForm | undefined;
  readonly replaces?: CancellationId | undefined;
  /** The last day that was shown before: another is not taken. */
  readonly expectedEffectiveDay?: JstDay | undefined;
  readonly policies: PolicyCatalogue;
}

/** The operator puts a clerk's error right. */
export interface CorrectCancellation extends Moment {
  readonly type: 'CorrectCancellation';
  readonly cancellation: CancellationId;
  readonly arrivedAt?: Instant | undefined;
  /** `null` takes it away, a missing one leaves it. */
  readonly requestedDay?: JstDay | null | undefined;
  readonly reason: string;
}

export interface VoidCancellation extends Moment {
  readonly type: 'VoidCancellation';
  readonly cancellation: CancellationId;
  readonly reason: string;
}

export type CancellationCommand = NotifyCancellation | CorrectCancellation | VoidCancellation;

const rule = '第6条';

/** 第6条. Never refused, delayed or charged for being early (第2条). */
export function notifyCancellation(command: NotifyCancellation, state: ContractState): Decision {
  const { cancellation, requestedDay, replaces, actor, now, policies, expectedEffectiveDay } = command;
  const running = mustBeRunning(state, now);
  if (!running.ok) return running;
  const contract = running.value;
  const notTheirs = mustBeGivenBy(command);
  if (notTheirs) return notTheirs;
  const arrivedAt = command.arrivedAt ?? now;
  const policy = policiesAt(policies, arrivedAt);
  const form = command.form ?? (isContractor(actor) ? 'portal' : 'paper');
  const standing = standingNotice(contract.cancellation);
  const refused =
    mustBePrescribed(form, policy) ??
    mustHaveArrived(contract, arrivedAt, now) ??
    mustBeWithinReach(requestedDay) ??
    mustNameTheStanding(standing, replaces);
  if (refused) return refused;

  const effectiveDay = effectiveDayOfCancellation(arrivedAt, requestedDay);
  if (standing !== undefined && effectiveDay > standing.effectiveDay && isContractor(actor))
    return forbidden(
      'later-end-needs-operator',
      `the standing notice ends the contract with ${standing.effectiveDay}; a later day (this one: ${effectiveDay}) needs the operator`,
      { rule },
    );
  if (expectedEffectiveDay !== undefined && expectedEffectiveDay !== effectiveDay)
    return conflict(
      'effective-day-changed',
      `the contract would end with ${effectiveDay}, not with ${expectedEffectiveDay}`,
      { rule, pointer: '/expectedEffectiveDay' },
    );
  const policyVersion = policy.fromMonth;
  const data = { cancellation, arrivedAt, form, requestedDay, effectiveDay, replaces, policyVersion };
  // Arrived as it is given, it is a fact of the moment like any other.
  return ok([
    event('CancellationNotified', defined(data), command.arrivedAt),
    ...lapsesAtEnd(contract.planChange, effectiveDay),
  ]);
}

/** After the effective day only to an earlier one: what was not served is never billed, and service is not resumed. */
export function correctCancellation(command: CorrectCancellation, state: ContractState): Decision {
  const { now, reason } = command;
  const accepted = mustBeAccepted(state);
  if (!accepted.ok) return accepted;
  const contract = accepted.value;
  const standing = mustStand(contract.cancellation, command.cancellation);
  if (!standing.ok) return standing;
  const known = standing.value;
  const arrivedAt = command.arrivedAt ?? known.arrivedAt;
  const requestedDay =
    command.requestedDay === undefined ? known.requestedDay : (command.requestedDay ?? undefined);
  if (arrivedAt === known.arrivedAt && requestedDay === known.requestedDay) return ok([]);
  const refused = mustHaveArrived(contract, arrivedAt, now) ?? mustBeWithinReach(requestedDay);
  if (refused) return refused;

  const effectiveDay = effectiveDayOfCancellation(arrivedAt, requestedDay);
  if (isOver(known.effectiveDay, now) && effectiveDay > known.effectiveDay)
    return conflict(
      'ended-cannot-end-later',
      `the contract ended with ${known.effectiveDay}; that can only be corrected to an earlier day`,
      { rule },
    );
  const data = { cancellation: known.id, arrivedAt, requestedDay, effectiveDay, reason };
  return ok([
    event('CancellationCorrected', defined(data), arrivedAt),
    ...lapsesAtEnd(contract.planChange, effectiveDay),
  ]);
}

/** A withdrawal of the notice; nothing stands afterwards. Only before the end: service is not resumed. */
export function voidCancellation(command: VoidCancellation, state: ContractState): Decision {
  const { cancellation, reason, now, actor } = command;
  const accepted = mustBeAccepted(state);
  if (!accepted.ok) return accepted;
  if (isContractor(actor))
    return forbidden(
      'withdrawal-needs-operator',
      'a notice of cancellation is withdrawn only by the operator',
      { rule },
    );
  const notices = accepted.value.cancellation;
  if (noticeWith(notices, cancellation)?.status === 'voided') return ok([]);
  const standing = mustStand(notices, cancellation);
  if (!standing.ok) return standing;
  const { effectiveDay } = standing.value;
  if (isOver(effectiveDay, now))
    return conflict(
      'contract-ended',
      `the contract ended with ${effectiveDay}; service is not resumed, a new contract is made instead`,
      { rule },
    );
  return ok([event('CancellationVoided', { cancellation, reason })]);
}

function mustStand(cancellation: Cancellation, id: CancellationId): Result<Notice, Rejection> {
  const notice = noticeWith(cancellation, id);
  if (notice === undefined)
    return notFound('cancellation-unknown', 'there is no such notice of cancellation');
  return notice.status === 'standing'
    ? ok(notice)
    : conflict('cancellation-not-standing', `the notice is ${notice.status}`, { rule });
}

const mustBeWithinReach = (requestedDay: JstDay | undefined): Refused =>
  requestedDay === undefined ? undefined : tooFar(requestedDay, LAST_DAY, '/requestedDay');

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

function mustHaveArrived({ acceptance }: AcceptedContract, arrivedAt: Instant, now: Instant): Refused {
  const notYet = pastInstant(arrivedAt, now, '/arrivedAt', rule);
  if (notYet) return notYet;
  const { acceptedOn } = acceptance;
  return jstDayOf(arrivedAt) < acceptedOn
    ? invalid(
        'arrived-before-acceptance',
        `there was no contract before the day of acceptance, ${acceptedOn}`,
        { rule, pointer: '/arrivedAt' },
      )
    : undefined;
}

/** One notice stands at a time. */
function mustNameTheStanding(notice: Notice | undefined, replaces: CancellationId | undefined): Refused {
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
