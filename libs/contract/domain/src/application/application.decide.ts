import type { Plan } from '@smartkey/terms';
import { conflict, defined, event, ok, type Instant } from '@smartkey/kernel';
import type { Decision } from '../contract.decider.ts';
import type { ContractState } from '../contract.state.ts';
import { pastInstant } from '../shared/dates.ts';
import type { Moment } from '../shared/moment.ts';
import { mustExist, mustNotBeRefused } from '../shared/standing.ts';
import type { Recipient } from './application.events.ts';

/** Who applies, as the public surface tells it. */
export interface Applicant {
  readonly name: string;
  readonly iijIdContract: string;
  readonly department?: string | undefined;
  readonly email?: string | undefined;
  readonly address?: string | undefined;
}

export interface Apply extends Moment {
  readonly type: 'Apply';
  readonly applicant: Applicant;
  readonly plan: Plan;
  /** Of a past day where the application came by other ways; now where missing. */
  readonly appliedAt?: Instant | undefined;
}

/** `null` takes a value away, a missing one leaves it. */
export interface ChangeApplicant extends Moment {
  readonly type: 'ChangeApplicant';
  readonly name?: string | undefined;
  readonly department?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly address?: string | null | undefined;
}

export interface Reject extends Moment {
  readonly type: 'Reject';
  readonly reason: string;
}

export interface Withdraw extends Moment {
  readonly type: 'Withdraw';
  readonly reason: string;
}

export type ApplicationCommand = Apply | ChangeApplicant | Reject | Withdraw;

/** 第3条, 附則: an application is taken as it comes; eligibility is judged at its acceptance. */
export function apply(state: ContractState, command: Apply): Decision {
  if (state.application.outcome !== 'none')
    return conflict('contract-exists', 'this contract was applied for');
  const { applicant, plan, appliedAt, now } = command;
  if (appliedAt !== undefined) {
    const refused = pastInstant(appliedAt, now, '/appliedAt', '附則');
    if (refused) return refused;
  }
  const { name, department, address, email, iijIdContract } = applicant;
  const recipient: Recipient = defined({ name, department, address });
  return ok([event('ContractApplied', defined({ plan, recipient, iijIdContract, email }), appliedAt)]);
}

/** Ends an open application; an accepted one is ended by cancellation (第6条). */
function endApplication(
  state: ContractState,
  type: 'ApplicationRejected' | 'ApplicationWithdrawn',
  reason: string,
): Decision {
  const refused = mustExist(state);
  if (refused) return refused;
  const { outcome } = state.application;
  if (outcome !== 'open') return conflict('application-not-open', `the application is ${outcome} already`);
  return ok([event(type, { reason })]);
}

export const reject = (state: ContractState, command: Reject): Decision =>
  endApplication(state, 'ApplicationRejected', command.reason);

export const withdraw = (state: ContractState, command: Withdraw): Decision =>
  endApplication(state, 'ApplicationWithdrawn', command.reason);

/** The name and address that documents issued later carry; also after the end, for corrections are still issued. */
export function changeApplicant(state: ContractState, command: ChangeApplicant): Decision {
  const refused = mustExist(state) ?? mustNotBeRefused(state);
  if (refused) return refused;
  const { recipient, email } = state.application;
  const changed = <T>(told: T | null | undefined, known: T | undefined): T | undefined =>
    told === undefined ? known : (told ?? undefined);
  const next = {
    recipient: defined({
      name: command.name ?? recipient?.name ?? '',
      department: changed(command.department, recipient?.department),
      address: changed(command.address, recipient?.address),
    }) satisfies Recipient,
    email: changed(command.email, email),
  };
  const same =
    next.recipient.name === recipient?.name &&
    next.recipient.department === recipient?.department &&
    next.recipient.address === recipient?.address &&
    next.email === email;
  return ok(same ? [] : [event('ApplicantChanged', defined(next))]);
}
