import { FIRST_DAY_OF_TERMS, termsVersionAt } from '@smartkey/terms';
import { invalid, ok, type Decider, type Instant, byType } from '@smartkey/kernel';
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
import { setDenialReasons } from './denial-reasons/denial-reasons.decide.ts';
import { letTimePass } from './due/let-time-pass.ts';
import { chargeOneTimeFee, waiveFee } from './fees/fees.decide.ts';
import { recordIijIdContract } from './iij-id/iij-id.decide.ts';
import { acceptPlanChange, requestPlanChange, withdrawPlanChange } from './plan-change/plan-change.decide.ts';
import { giveQuote } from './quotes/quotes.decide.ts';
import { setWithholding } from './withholding/withholding.decide.ts';

const decideCommand = byType<ContractCommand, ContractState, ContractEvent>({
  Apply: apply,
  ChangeApplicant: changeApplicant,
  Reject: reject,
  Withdraw: withdraw,
  Accept: accept,
  SetBillingStart: setBillingStart,
  GiveQuote: giveQuote,
  AttestCondition: attestCondition,
  SetWithholding: setWithholding,
  RequestPlanChange: requestPlanChange,
  AcceptPlanChange: acceptPlanChange,
  WithdrawPlanChange: withdrawPlanChange,
  NotifyCancellation: notifyCancellation,
  CorrectCancellation: correctCancellation,
  VoidCancellation: voidCancellation,
  ChargeOneTimeFee: chargeOneTimeFee,
  WaiveFee: waiveFee,
  RecordIijIdContract: recordIijIdContract,
  SetDenialReasons: setDenialReasons,
  LetTimePass: () => ok([]),
});

/** The contract after what was decided at an instant. */
export const foldDecided = (
  state: ContractState,
  events: readonly ContractEvent[],
  now: Instant,
): ContractState =>
  events.reduce(
    (folded, event) =>
      evolveContract(folded, { ...event, occurredAt: event.occurredAt ?? now, recordedAt: now }),
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
    const before = letTimePass(state, now);
    const decided = decideCommand(command, before.state);
    if (!decided.ok) return decided;
    const after = letTimePass(foldDecided(before.state, decided.value, now), now);
    return ok([...before.events, ...decided.value, ...after.events]);
  },
};
