import {
  conflict,
  notFound,
  ok,
  type Instant,
  type Refused,
  type Rejection,
  type Result,
} from '@smartkey/kernel';
import { isOver } from '@smartkey/terms';
import { lastDayOfContract } from '../cancellation/cancellation.state.ts';
import type { AcceptedContract, AppliedContract, ContractState } from '../contract.state.ts';

/** The contract with the parts that its stage proves, or why the command is refused. */
type Proven<Contract extends ContractState> = Result<Contract, Rejection>;

const unknown = () => notFound('contract-unknown', 'there is no such contract');

/** The application waits for its decision. */
export function mustBeOpen(state: ContractState): Proven<AppliedContract> {
  switch (state.stage) {
    case 'none':
      return unknown();
    case 'applied':
      return ok(state);
    case 'ended-unaccepted':
      return notOpen(state.end.outcome);
    case 'accepted':
      return notOpen('accepted');
  }
}

const notOpen = (outcome: string) =>
  conflict('application-not-open', `the application is ${outcome} already`);

/** Not rejected and not withdrawn. */
export function mustNotBeRefused(state: ContractState): Proven<AppliedContract | AcceptedContract> {
  switch (state.stage) {
    case 'none':
      return unknown();
    case 'ended-unaccepted':
      return conflict('application-ended', `the application is ${state.end.outcome}`);
    case 'applied':
    case 'accepted':
      return ok(state);
  }
}

/** Accepted, be it ended since. */
export function mustBeAccepted(state: ContractState): Proven<AcceptedContract> {
  const contract = mustNotBeRefused(state);
  if (!contract.ok) return contract;
  return contract.value.stage === 'accepted'
    ? ok(contract.value)
    : conflict('not-accepted', 'the application has not been accepted');
}

/** Not ended (第6条). */
export function mustNotHaveEnded(contract: AppliedContract | AcceptedContract, now: Instant): Refused {
  if (contract.stage === 'applied') return undefined;
  const lastDay = lastDayOfContract(contract.cancellation);
  return isOver(lastDay, now)
    ? conflict('contract-ended', `the contract ended with ${lastDay}`, { rule: '第6条' })
    : undefined;
}

/** Accepted and not ended. */
export function mustBeRunning(state: ContractState, now: Instant): Proven<AcceptedContract> {
  const contract = mustBeAccepted(state);
  if (!contract.ok) return contract;
  return mustNotHaveEnded(contract.value, now) ?? contract;
}
