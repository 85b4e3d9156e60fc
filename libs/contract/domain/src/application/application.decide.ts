import type { Plan } from '@smartkey/terms';
import { conflict, defined, event, ok, type Instant } from '@smartkey/kernel';
import type { Decision } from '../contract.decision.ts';
import type { ContractState } from '../contract.state.ts';
import { pastInstant } from '../shared/dates.ts';
import { mustBeOpen, mustNotBeRefused } from '../shared/guards.ts';
import type { Moment } from '../shared/moment.ts';
import type { Party } from './application.events.ts';

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
export function apply(command: Apply, state: ContractState): Decision {
  if (state.stage !== 'none') return conflict('contract-exists', 'this contract was applied for');
  const { applicant, plan, appliedAt, now } = command;
  if (appliedAt !== undefined) {
    const refused = pastInstant(appliedAt, now, '/appliedAt', '附則');
    if (refused) return refused;
  }
  const { name, department, address, email, iijIdContract } = applicant;
  const recipient: Party = defined({ name, department, address });
  return ok([event('ContractApplied', defined({ plan, recipient, iijIdContract, email }), appliedAt)]);
}

/** An accepted contract is ended by cancellation instead (第6条). */
export function reject({ reason }: Reject, state: ContractState): Decision {
  const open = mustBeOpen(state);
  return open.ok ? ok([event('ApplicationRejected', { reason })]) : open;
}

/** An accepted contract is ended by cancellation instead (第6条). */
export function withdraw({ reason }: Withdraw, state: ContractState): Decision {
  const open = mustBeOpen(state);
  return open.ok ? ok([event('ApplicationWithdrawn', { reason })]) : open;
}

/** The name and address that documents issued later carry; also after the end, for corrections are still issued. */
export function changeApplicant(command: ChangeApplicant, state: ContractState): Decision {
  const contract = mustNotBeRefused(state);
  if (!contract.ok) return contract;
  const { recipient, email } = contract.value.application;
  const next = {
    recipient: defined({
      name: command.name ?? recipient.name,
      department: changed(command.department, recipient.department),
      address: changed(command.address, recipient.address),
    }) satisfies Party,
    email: changed(command.email, email),
  };
  const same =
    next.recipient.name === recipient.name &&
    next.recipient.department === recipient.department &&
    next.recipient.address === recipient.address &&
    next.email === email;
  return ok(same ? [] : [event('ApplicantChanged', defined(next))]);
}

const changed = <T>(told: T | null | undefined, known: T | undefined): T | undefined =>
  told === undefined ? known : (told ?? undefined);
