import { termsVersionAt } from '@smartkey/terms';
import { jstDayOf, type JstDay } from '@smartkey/calendar';
import { conflict, invalid, ok, type Instant, event } from '@smartkey/kernel';
import type { Decision } from '../contract.decider.ts';
import type { ContractState } from '../contract.state.ts';
import type { ContractEvent } from '../contract.events.ts';
import { initialFee } from '../fees/initial-fee.ts';
import type { Eligibility } from '../iij-id/eligibility.ts';
import { pastInstant, plannedDay } from '../shared/dates.ts';
import type { Moment } from '../shared/moment.ts';
import { mustBeAccepted, mustExist } from '../shared/standing.ts';

export interface Accept extends Moment {
  readonly type: 'Accept';
  /** Not before the application; now where missing. */
  readonly acceptedAt?: Instant | undefined;
  readonly billingStartDate?: JstDay | undefined;
  /** What the directory of IIJ ID contracts said (第3条). */
  readonly eligibility: Eligibility;
  /** Id of the obligation to pay the initial fee. */
  readonly fee: string;
}

export interface SetBillingStart extends Moment {
  readonly type: 'SetBillingStart';
  readonly date: JstDay;
  readonly reason: string;
  /** How the contractor agreed; needed to move a date that is set. */
  readonly agreement?: string | undefined;
}

export type AcceptanceCommand = Accept | SetBillingStart;

/** 課金開始日: never before the acceptance day (第7条). */
function billingStartFrom(date: JstDay, acceptedOn: JstDay, pointer: string) {
  if (date < acceptedOn)
    return invalid(
      'billing-start-before-acceptance',
      `the billing start date ${date} lies before the day of acceptance, ${acceptedOn}`,
      { rule: '第7条', pointer },
    );
  return plannedDay(date, pointer);
}

/**
 * 承諾. Refused while the applicant holds no IIJ ID contract (第3条): the application stays open. The obligation to pay the
 * initial fee arises with it (第7条).
 */
export function accept(state: ContractState, command: Accept): Decision {
  const missing = mustExist(state);
  if (missing) return missing;
  const { outcome, plan, recipient, appliedAt } = state.application;
  if (outcome !== 'open' || plan === undefined || recipient === undefined)
    return conflict('application-not-open', `the application is ${outcome} already`);

  const acceptedAt = command.acceptedAt ?? command.now;
  const refused = pastInstant(acceptedAt, command.now, '/acceptedAt', '第7条');
  if (refused) return refused;
  if (appliedAt !== undefined && acceptedAt < appliedAt)
    return invalid('accepted-before-application', `the application came later, at ${appliedAt}`, {
      rule: '第7条',
      pointer: '/acceptedAt',
    });
  const acceptedOn = jstDayOf(acceptedAt);
  const { billingStartDate } = command;
  if (billingStartDate !== undefined) {
    const tooEarly = billingStartFrom(billingStartDate, acceptedOn, '/billingStartDate');
    if (tooEarly) return tooEarly;
  }
  if (!command.eligibility.eligible)
    return invalid('not-eligible', command.eligibility.reason, { rule: '第3条' });

  const termsVersion = termsVersionAt(acceptedAt) ?? '';
  const events: ContractEvent[] = [
    event('ContractAccepted', { plan, acceptedAt, acceptedOn, termsVersion, recipient }, command.acceptedAt),
    initialFee(command.fee, acceptedOn, termsVersion, command.acceptedAt),
  ];
  if (billingStartDate !== undefined) events.push(event('BillingStartSet', { date: billingStartDate }));
  return ok(events);
}

/** Sets the 課金開始日, or moves it with the contractor's recorded agreement (第7条); issued months are then corrected. */
export function setBillingStart(state: ContractState, command: SetBillingStart): Decision {
  const refused = mustBeAccepted(state);
  if (refused) return refused;
  const { acceptedOn = jstDayOf(command.now), billingStart } = state.acceptance;
  const { date, reason, agreement } = command;
  if (date === billingStart) return ok([]);
  const tooEarly = billingStartFrom(date, acceptedOn, '/date');
  if (tooEarly) return tooEarly;
  if (billingStart !== undefined && agreement === undefined)
    return invalid(
      'agreement-missing',
      `the billing start date is ${billingStart}; it is moved only with the contractor's agreement`,
      { rule: '第7条', pointer: '/agreement' },
    );
  return ok([event('BillingStartSet', { date, reason, ...(agreement === undefined ? {} : { agreement }) })]);
}
