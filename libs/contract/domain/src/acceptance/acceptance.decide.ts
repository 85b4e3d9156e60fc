import { jstDayOf, type JstDay } from '@smartkey/calendar';
import { defined, event, invalid, ok, type Instant, type Refused, type FeeId } from '@smartkey/kernel';
import { governingTermsOn } from '@smartkey/terms';
import type { Decision } from '../contract.decision.ts';
import type { ContractEvent } from '../contract.events.ts';
import type { ContractState } from '../contract.state.ts';
import { initialFee } from '../fees/initial-fee.ts';
import type { Eligibility } from '../iij-id/eligibility.ts';
import { mustNotLowerByStart, type OfTwoPersons } from '../late-facts/lowering.ts';
import { pastInstant, plannedDay } from '../shared/dates.ts';
import { mustBeAccepted, mustBeOpen } from '../shared/guards.ts';
import type { Moment } from '../shared/moment.ts';

export interface Accept extends Moment {
  readonly type: 'Accept';
  /** Not before the application; now where missing. */
  readonly acceptedAt?: Instant | undefined;
  readonly billingStartDate?: JstDay | undefined;
  /** What the directory of IIJ ID contracts said (第3条). */
  readonly eligibility: Eligibility;
  /** Id of the obligation to pay the initial fee. */
  readonly fee: FeeId;
}

export interface SetBillingStart extends Moment, OfTwoPersons {
  readonly type: 'SetBillingStart';
  readonly date: JstDay;
  readonly reason: string;
  /** How the contractor agreed; needed to move a date that is set. */
  readonly agreement?: string | undefined;
}

export type AcceptanceCommand = Accept | SetBillingStart;

/**
 * 承諾. Refused while the applicant holds no IIJ ID contract (第3条): the application stays open. The obligation to pay the
 * initial fee arises with it (第7条).
 */
export function accept(command: Accept, state: ContractState): Decision {
  const open = mustBeOpen(state);
  if (!open.ok) return open;
  const { plan, recipient, appliedAt } = open.value.application;
  const { billingStartDate, eligibility, now } = command;
  const acceptedAt = command.acceptedAt ?? now;
  const acceptedOn = jstDayOf(acceptedAt);
  const refused =
    pastInstant(acceptedAt, now, '/acceptedAt', '第7条') ??
    mustFollow(appliedAt, acceptedAt) ??
    (billingStartDate && mustNotStartBefore(acceptedOn, billingStartDate, '/billingStartDate'));
  if (refused) return refused;
  if (!eligibility.eligible) return invalid('not-eligible', eligibility.reason, { rule: '第3条' });

  const termsVersion = governingTermsOn(acceptedOn);
  const events: ContractEvent[] = [
    event('ContractAccepted', { plan, acceptedAt, acceptedOn, termsVersion, recipient }, command.acceptedAt),
    initialFee(command.fee, acceptedOn, termsVersion, command.acceptedAt),
  ];
  if (billingStartDate !== undefined) events.push(event('BillingStartSet', { date: billingStartDate }));
  return ok(events);
}

/** Sets the 課金開始日, or moves it with the contractor's recorded agreement (第7条); issued months are then corrected. */
export function setBillingStart(command: SetBillingStart, state: ContractState): Decision {
  const accepted = mustBeAccepted(state);
  if (!accepted.ok) return accepted;
  const { acceptedOn, billingStart } = accepted.value.acceptance;
  const { date, reason, agreement, approval } = command;
  if (date === billingStart) return ok([]);
  const tooEarly = mustNotStartBefore(acceptedOn, date, '/date');
  if (tooEarly) return tooEarly;
  if (billingStart !== undefined && agreement === undefined)
    return invalid(
      'agreement-missing',
      `the billing start date is ${billingStart}; it is moved only with the contractor's agreement`,
      { rule: '第7条', pointer: '/agreement' },
    );
  return (
    mustNotLowerByStart(accepted.value, date, command) ??
    ok([event('BillingStartSet', defined({ date, reason, agreement, approval }))])
  );
}

const mustFollow = (appliedAt: Instant, acceptedAt: Instant): Refused =>
  acceptedAt < appliedAt
    ? invalid('accepted-before-application', `the application came later, at ${appliedAt}`, {
        rule: '第7条',
        pointer: '/acceptedAt',
      })
    : undefined;

/** 課金開始日: never before the acceptance day (第7条). */
function mustNotStartBefore(acceptedOn: JstDay, date: JstDay, pointer: string): Refused {
  if (date < acceptedOn)
    return invalid(
      'billing-start-before-acceptance',
      `the billing start date ${date} lies before the day of acceptance, ${acceptedOn}`,
      { rule: '第7条', pointer },
    );
  return plannedDay(date, pointer);
}
