import { firstDayOf, jstDayOf, monthOf, nextMonth, type ServiceMonth } from '@smartkey/calendar';
import {
  conflict,
  event,
  forbidden,
  invalid,
  notFound,
  ok,
  type Instant,
  type Refused,
  type Rejection,
  type Result,
  type FeeId,
  type PlanChangeId,
} from '@smartkey/kernel';
import type { Yen } from '@smartkey/money';
import { governingQuote, governingTermsOn, type Plan } from '@smartkey/terms';
import { lastDayOfContract } from '../cancellation/cancellation.state.ts';
import type { Decision } from '../contract.decision.ts';
import type { ContractEvent } from '../contract.events.ts';
import type { AcceptedContract, ContractState } from '../contract.state.ts';
import { mustBeOneTimeAmount, mustHaveRoom } from '../fees/fees.decide.ts';
import { plannedMonth } from '../shared/dates.ts';
import { mustBeAccepted, mustBeRunning } from '../shared/guards.ts';
import { isContractor, type Moment } from '../shared/moment.ts';
import { acceptedPlanIn } from './plan-by-month.ts';
import {
  boundChange,
  changeWith,
  openRequest,
  type PlanChange,
  type PlanChanges,
} from './plan-change.state.ts';

export interface RequestPlanChange extends Moment {
  readonly type: 'RequestPlanChange';
  /** `pch_…` */
  readonly planChange: PlanChangeId;
  readonly plan: Plan;
  readonly fromMonth: ServiceMonth;
}

export interface AcceptPlanChange extends Moment {
  readonly type: 'AcceptPlanChange';
  readonly planChange: PlanChangeId;
  /** A one-time fee that the change causes (第7条); arises with the acceptance. */
  readonly oneTimeFee?:
    { readonly fee: FeeId; readonly amount: Yen; readonly description: string } | undefined;
}

export interface WithdrawPlanChange extends Moment {
  readonly type: 'WithdrawPlanChange';
  readonly planChange: PlanChangeId;
}

export type PlanChangeCommand = RequestPlanChange | AcceptPlanChange | WithdrawPlanChange;

const rule = '第4条';

/** 第4条: on any day, for the month after the request or a later one. */
export function requestPlanChange(command: RequestPlanChange, state: ContractState): Decision {
  const { planChange, plan, fromMonth, now } = command;
  const running = mustBeRunning(state, now);
  if (!running.ok) return running;
  const contract = running.value;
  const replaced = openRequest(contract.planChange);
  const refused =
    mustBeToCome(fromMonth, now) ??
    mustBeServed(contract, fromMonth) ??
    mustBeAnother([replaced, boundChange(contract.planChange)], plan, fromMonth) ??
    mustChangeSomething(contract, plan, fromMonth);
  if (refused) return refused;
  const requested = event('PlanChangeRequested', { planChange, plan, fromMonth });
  return ok(
    replaced === undefined
      ? [requested]
      : [event('PlanChangeReplaced', { planChange: replaced.id, by: planChange }), requested],
  );
}

/** 第4条: the acceptance binds. A quote of the new plan must govern its first month. */
export function acceptPlanChange(command: AcceptPlanChange, state: ContractState): Decision {
  const running = mustBeRunning(state, command.now);
  if (!running.ok) return running;
  const contract = running.value;
  const found = mustBeThere(contract.planChange, command.planChange);
  if (!found.ok) return found;
  const { id: planChange, plan, fromMonth, status } = found.value;
  if (status !== 'requested') return notOpen(status);
  const { oneTimeFee } = command;
  const refused =
    mustBeServed(contract, fromMonth) ??
    mustChangeSomething(contract, plan, fromMonth) ??
    mustBeQuoted(contract, plan, fromMonth) ??
    (oneTimeFee &&
      (mustBeOneTimeAmount(oneTimeFee.amount, '/oneTimeFee/amount') ??
        mustHaveRoom(contract.fees, jstDayOf(command.now))));
  if (refused) return refused;

  const events: ContractEvent[] = [];
  const replaced = boundChange(contract.planChange);
  if (replaced !== undefined)
    events.push(event('PlanChangeReplaced', { planChange: replaced.id, by: planChange }));
  events.push(event('PlanChangeAccepted', { planChange, plan, fromMonth }));
  const today = jstDayOf(command.now);
  if (oneTimeFee !== undefined)
    events.push(
      event('FeeObligationArose', {
        ...oneTimeFee,
        kind: 'one-time',
        arisenOn: today,
        taxCode: 'standard',
        planChange,
        termsVersion: governingTermsOn(today),
      }),
    );
  return ok(events);
}

/** 第4条: the contractor may withdraw what is not accepted yet; what is accepted, only the operator. */
export function withdrawPlanChange(command: WithdrawPlanChange, state: ContractState): Decision {
  const accepted = mustBeAccepted(state);
  if (!accepted.ok) return accepted;
  const found = mustBeThere(accepted.value.planChange, command.planChange);
  if (!found.ok) return found;
  const { id: planChange, status } = found.value;
  switch (status) {
    case 'withdrawn':
      return ok([]);
    case 'accepted':
      if (isContractor(command.actor))
        return forbidden(
          'accepted-change-binds',
          'an accepted change of plan is withdrawn only by the operator',
          { rule },
        );
      return ok([event('PlanChangeWithdrawn', { planChange })]);
    case 'requested':
      return ok([event('PlanChangeWithdrawn', { planChange })]);
    case 'effective':
    case 'replaced':
    case 'lapsed':
      return notOpen(status);
  }
}

function mustBeThere(changes: PlanChanges, id: PlanChangeId): Result<PlanChange, Rejection> {
  const change = changeWith(changes, id);
  return change === undefined
    ? notFound('plan-change-unknown', 'there is no such change of plan')
    : ok(change);
}

const notOpen = (status: PlanChange['status']) =>
  conflict('plan-change-not-open', `the change is ${status} already`, { rule });

function mustBeToCome(fromMonth: ServiceMonth, now: Instant): Refused {
  const earliest = nextMonth(monthOf(now));
  return fromMonth < earliest
    ? invalid('plan-change-too-early', `a change of plan takes effect from ${earliest} at the earliest`, {
        rule,
        pointer: '/fromMonth',
      })
    : plannedMonth(fromMonth, now, '/fromMonth');
}

function mustBeServed({ cancellation }: AcceptedContract, fromMonth: ServiceMonth): Refused {
  const lastDay = lastDayOfContract(cancellation);
  return lastDay !== undefined && firstDayOf(fromMonth) > lastDay
    ? invalid('plan-change-after-end', `the contract ends with ${lastDay}, before ${fromMonth} begins`, {
        rule,
        pointer: '/fromMonth',
      })
    : undefined;
}

/** Not the very change that is asked for or accepted already. */
function mustBeAnother(
  known: readonly (PlanChange | undefined)[],
  plan: Plan,
  fromMonth: ServiceMonth,
): Refused {
  const same = known.find((change) => change?.plan === plan && change.fromMonth === fromMonth);
  return (
    same &&
    conflict('plan-change-exists', `this very change is ${same.status} already, as ${same.id}`, { rule })
  );
}

/** Judged without what the request replaces: the one not accepted yet, and the accepted one that it will replace. */
function mustChangeSomething({ planChange }: AcceptedContract, plan: Plan, fromMonth: ServiceMonth): Refused {
  const effective = planChange.changes.filter(({ status }) => status === 'effective');
  return acceptedPlanIn({ ...planChange, changes: effective }, fromMonth) === plan
    ? invalid('plan-change-changes-nothing', `${plan} holds in ${fromMonth} anyway`, {
        rule,
        pointer: '/plan',
      })
    : undefined;
}

function mustBeQuoted(contract: AcceptedContract, plan: Plan, fromMonth: ServiceMonth): Refused {
  const quotes = contract.quotes.map((given) => given.quote);
  return governingQuote(quotes, plan, fromMonth) === undefined
    ? invalid('plan-change-without-quote', `no quote for ${plan} governs ${fromMonth}`, { rule })
    : undefined;
}
