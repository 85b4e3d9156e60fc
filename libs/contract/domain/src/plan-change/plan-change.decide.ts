import { governingQuote, termsVersionAt, type Plan } from '@smartkey/terms';
import { firstDayOf, jstDayOf, monthOf, nextMonth, type JstDay, type ServiceMonth } from '@smartkey/calendar';
import {
  conflict,
  forbidden,
  invalid,
  notFound,
  ok,
  type Instant,
  event,
  type Refused,
} from '@smartkey/kernel';
import type { Yen } from '@smartkey/money';
import { lastDayOfContract } from '../cancellation/cancellation.state.ts';
import type { Decision } from '../contract.decider.ts';
import type { ContractEvent } from '../contract.events.ts';
import type { ContractState } from '../contract.state.ts';
import { oneTimeAmount } from '../fees/fees.decide.ts';
import { plannedMonth } from '../shared/dates.ts';
import { isContractor, type Moment } from '../shared/moment.ts';
import { mustBeAccepted, mustBeRunning } from '../shared/standing.ts';
import { planIn } from './plan-by-month.ts';
import { boundChange, openRequest, type PlanChange, type PlanChangeState } from './plan-change.state.ts';

export interface RequestPlanChange extends Moment {
  readonly type: 'RequestPlanChange';
  /** `pch_…` */
  readonly planChange: string;
  readonly plan: Plan;
  readonly fromMonth: ServiceMonth;
}

export interface AcceptPlanChange extends Moment {
  readonly type: 'AcceptPlanChange';
  readonly planChange: string;
  /** A one-time fee that the change causes (第7条); arises with the acceptance. */
  readonly oneTimeFee?:
    { readonly fee: string; readonly amount: Yen; readonly description: string } | undefined;
}

export interface WithdrawPlanChange extends Moment {
  readonly type: 'WithdrawPlanChange';
  readonly planChange: string;
}

export type PlanChangeCommand = RequestPlanChange | AcceptPlanChange | WithdrawPlanChange;

const rule = '第4条';

/** 第4条: on any day, for the month after the request or a later one. */
export function requestPlanChange(state: ContractState, command: RequestPlanChange): Decision {
  const { planChange, plan, fromMonth, now } = command;
  const refused = mustBeRunning(state, now) ?? mustBeToCome(fromMonth, now) ?? mustBeServed(state, fromMonth);
  if (refused) return refused;
  const replaced = openRequest(state.planChange);
  for (const standing of [replaced, boundChange(state.planChange)])
    if (standing?.plan === plan && standing.fromMonth === fromMonth)
      return conflict(
        'plan-change-exists',
        `this very change is ${standing.status} already, as ${standing.id}`,
        {
          rule,
        },
      );
  const unchanged = mustChangeSomething(state, plan, fromMonth);
  if (unchanged) return unchanged;
  const requested = event('PlanChangeRequested', { planChange, plan, fromMonth });
  return ok(
    replaced === undefined
      ? [requested]
      : [event('PlanChangeReplaced', { planChange: replaced.id, by: planChange }), requested],
  );
}

/** 第4条: the acceptance binds. A quote of the new plan must govern its first month. */
export function acceptPlanChange(state: ContractState, command: AcceptPlanChange): Decision {
  const refused = mustBeRunning(state, command.now);
  if (refused) return refused;
  const change = find(state.planChange, command.planChange);
  if (change === undefined) return unknown();
  if (change.status !== 'requested')
    return conflict('plan-change-not-open', `the change is ${change.status} already`, { rule });
  const { id: planChange, plan, fromMonth } = change;
  const { oneTimeFee } = command;
  const broken =
    mustBeServed(state, fromMonth) ??
    mustChangeSomething(state, plan, fromMonth) ??
    mustBeQuoted(state, plan, fromMonth) ??
    (oneTimeFee && oneTimeAmount(oneTimeFee.amount, '/oneTimeFee/amount'));
  if (broken) return broken;

  const events: ContractEvent[] = [];
  const replaced = boundChange(state.planChange);
  if (replaced !== undefined)
    events.push(event('PlanChangeReplaced', { planChange: replaced.id, by: planChange }));
  events.push(event('PlanChangeAccepted', { planChange, plan, fromMonth }));
  if (oneTimeFee !== undefined)
    events.push(
      event('FeeObligationArose', {
        ...oneTimeFee,
        kind: 'one-time',
        arisenOn: jstDayOf(command.now),
        taxCode: 'standard',
        planChange,
        termsVersion: termsVersionAt(command.now) ?? '',
      }),
    );
  return ok(events);
}

/** 第4条: the contractor may withdraw what is not accepted yet; what is accepted, only the operator. */
export function withdrawPlanChange(state: ContractState, command: WithdrawPlanChange): Decision {
  const refused = mustBeAccepted(state);
  if (refused) return refused;
  const change = find(state.planChange, command.planChange);
  if (change === undefined) return unknown();
  switch (change.status) {
    case 'withdrawn':
      return ok([]);
    case 'accepted':
      if (isContractor(command.actor))
        return forbidden(
          'accepted-change-binds',
          'an accepted change of plan is withdrawn only by the operator',
          {
            rule,
          },
        );
      return ok([event('PlanChangeWithdrawn', { planChange: change.id })]);
    case 'requested':
      return ok([event('PlanChangeWithdrawn', { planChange: change.id })]);
    case 'effective':
    case 'replaced':
    case 'lapsed':
      return conflict('plan-change-not-open', `the change is ${change.status} already`, { rule });
  }
}

/**
 * 第4条: an accepted change whose month comes to lie after an end notified later lapses. One not accepted yet can no longer be
 * accepted, and lapses with the contract.
 */
export function lapsesAtEnd(state: ContractState, lastDay: JstDay): readonly ContractEvent[] {
  const bound = boundChange(state.planChange);
  return bound !== undefined && firstDayOf(bound.fromMonth) > lastDay
    ? [event('PlanChangeLapsed', { planChange: bound.id, reason: 'contract-ends-before' })]
    : [];
}

const find = (state: PlanChangeState, id: string): PlanChange | undefined =>
  state.changes.find((change) => change.id === id);

const unknown = () => notFound('plan-change-unknown', 'there is no such change of plan');

function mustBeToCome(fromMonth: ServiceMonth, now: Instant): Refused {
  const earliest = nextMonth(monthOf(now));
  return fromMonth < earliest
    ? invalid('plan-change-too-early', `a change of plan takes effect from ${earliest} at the earliest`, {
        rule,
        pointer: '/fromMonth',
      })
    : plannedMonth(fromMonth, now, '/fromMonth');
}

function mustBeServed(state: ContractState, fromMonth: ServiceMonth): Refused {
  const lastDay = lastDayOfContract(state.cancellation);
  return lastDay !== undefined && firstDayOf(fromMonth) > lastDay
    ? invalid('plan-change-after-end', `the contract ends with ${lastDay}, before ${fromMonth} begins`, {
        rule,
        pointer: '/fromMonth',
      })
    : undefined;
}

/** Judged without what the request replaces: the one not accepted yet, and the accepted one that it will replace. */
function mustChangeSomething(state: ContractState, plan: Plan, fromMonth: ServiceMonth): Refused {
  const { changes } = state.planChange;
  const others = { ...state.planChange, changes: changes.filter((change) => change.status === 'effective') };
  return planIn(others, fromMonth) === plan
    ? invalid('plan-change-changes-nothing', `${plan} holds in ${fromMonth} anyway`, {
        rule,
        pointer: '/plan',
      })
    : undefined;
}

function mustBeQuoted(state: ContractState, plan: Plan, fromMonth: ServiceMonth): Refused {
  const quotes = state.quotes.map((given) => given.quote);
  return governingQuote(quotes, plan, fromMonth) === undefined
    ? invalid('plan-change-without-quote', `no quote for ${plan} governs ${fromMonth}`, { rule })
    : undefined;
}
