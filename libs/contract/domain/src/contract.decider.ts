import { FIRST_DAY_OF_TERMS, termsVersionAt } from '@smartkey/terms';
import {
  invalid,
  ok,
  type Decider,
  type Fact,
  type Instant,
  type Rejection,
  type Result,
} from '@smartkey/kernel';
import { accept, setBillingStart } from './acceptance/acceptance.decide.ts';
import { apply, changeApplicant, reject, withdraw } from './application/application.decide.ts';
import {
  correctCancellation,
  notifyCancellation,
  voidCancellation,
} from './cancellation/cancellation.decide.ts';
import { attestCondition } from './conditions/conditions.decide.ts';
import type { ContractCommand } from './contract.commands.ts';
import type { ContractEvent } from './contract.events.ts';
import { evolveContract, noContract, type ContractState } from './contract.state.ts';
import { settle } from './due/due-effects.ts';
import { chargeOneTimeFee, waiveFee } from './fees/fees.decide.ts';
import { recordIijIdContract } from './iij-id/iij-id.decide.ts';
import { acceptPlanChange, requestPlanChange, withdrawPlanChange } from './plan-change/plan-change.decide.ts';
import { giveQuote } from './quotes/quotes.decide.ts';
import { setDenialReasons } from './settings/settings.ts';
import { setWithholding } from './withholding/withholding.ts';

export type Decision = Result<readonly ContractEvent[], Rejection>;

function decideCommand(state: ContractState, command: ContractCommand): Decision {
  switch (command.type) {
    case 'Apply':
      return apply(state, command);
    case 'ChangeApplicant':
      return changeApplicant(state, command);
    case 'Reject':
      return reject(state, command);
    case 'Withdraw':
      return withdraw(state, command);
    case 'Accept':
      return accept(state, command);
    case 'SetBillingStart':
      return setBillingStart(state, command);
    case 'GiveQuote':
      return giveQuote(state, command);
    case 'AttestCondition':
      return attestCondition(state, command);
    case 'SetWithholding':
      return setWithholding(state, command);
    case 'RequestPlanChange':
      return requestPlanChange(state, command);
    case 'AcceptPlanChange':
      return acceptPlanChange(state, command);
    case 'WithdrawPlanChange':
      return withdrawPlanChange(state, command);
    case 'NotifyCancellation':
      return notifyCancellation(state, command);
    case 'CorrectCancellation':
      return correctCancellation(state, command);
    case 'VoidCancellation':
      return voidCancellation(state, command);
    case 'ChargeOneTimeFee':
      return chargeOneTimeFee(state, command);
    case 'WaiveFee':
      return waiveFee(state, command);
    case 'RecordIijIdContract':
      return recordIijIdContract(state, command);
    case 'SetDenialReasons':
      return setDenialReasons(state, command);
    case 'LetTimePass':
      return ok([]);
  }
}

const foldDecided = (state: ContractState, events: readonly ContractEvent[], now: Instant): ContractState =>
  events.reduce(
    (folded, event) =>
      evolveContract(folded, {
        ...event,
        occurredAt: event.occurredAt ?? now,
        recordedAt: now,
      } as Fact<ContractEvent>),
    state,
  );

/**
 * The contract. What time has brought about until the moment of a command comes before it, whether or not a timer has run,
 * and what the command lets come due at once (a paper notice recorded after its own effective day) comes with it.
 */
export const contractDecider: Decider<ContractState, ContractCommand, ContractEvent> = {
  initial: noContract,
  evolve: evolveContract,
  decide(command, state) {
    const { now } = command;
    if (termsVersionAt(now) === undefined)
      return invalid('before-the-terms', `the terms came into force on ${FIRST_DAY_OF_TERMS}`, {
        rule: '附則',
      });
    const before = settle(state, now, evolveContract);
    const decided = decideCommand(before.state, command);
    if (!decided.ok) return decided;
    const after = settle(foldDecided(before.state, decided.value, now), now, evolveContract);
    return ok([...before.events, ...decided.value, ...after.events]);
  },
};
