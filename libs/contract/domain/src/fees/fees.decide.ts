import { monthOfDay, type JstDay } from '@smartkey/calendar';
import { conflict, defined, event, invalid, notFound, ok, type Refused, type FeeId } from '@smartkey/kernel';
import { big, type Yen } from '@smartkey/money';
import { governingTermsOn, occurrenceOn, type FeeTaxCode } from '@smartkey/terms';
import type { Decision } from '../contract.decision.ts';
import type { ContractState } from '../contract.state.ts';
import { mustNotLowerByWaiver, type OfTwoPersons } from '../late-facts/lowering.ts';
import { pastDay } from '../shared/dates.ts';
import { mustBeAccepted } from '../shared/guards.ts';
import type { Moment } from '../shared/moment.ts';
import type { Fees } from './fees.state.ts';

/** A one-time fee for a fact that needs no acceptance (第7条). */
export interface ChargeOneTimeFee extends Moment {
  readonly type: 'ChargeOneTimeFee';
  readonly fee: FeeId;
  /** Whole yen above 0, tax-exclusive. */
  readonly amount: Yen;
  readonly description: string;
  /** From the acceptance day to today. */
  readonly occurredOn: JstDay;
  readonly taxCode?: FeeTaxCode | undefined;
}

export interface WaiveFee extends Moment, OfTwoPersons {
  readonly type: 'WaiveFee';
  readonly fee: FeeId;
  readonly reason: string;
  /** It was entered on a wrong day or under a wrong code: nothing that was agreed. */
  readonly mistake?: boolean | undefined;
}

export type FeeCommand = ChargeOneTimeFee | WaiveFee;

/** 第7条: a one-time fee is whole yen above 0. */
export const mustBeOneTimeAmount = (amount: Yen, pointer: string): Refused =>
  big(amount).gt(0)
    ? undefined
    : invalid('fee-amount', 'a one-time fee is a whole number of yen above 0', { rule: '第7条', pointer });

/** Fees of one service month stand on one invoice, which is one event of a log: it holds 500 lines. */
const MOST_FEES_A_MONTH = 400;

/** 第7条: refuses a further fee of a month that has as many as its invoice can carry; waived ones are on none. */
export function mustHaveRoom(fees: Fees, day: JstDay): Refused {
  const month = monthOfDay(day);
  const standing = fees.filter(
    ({ arisenOn, waived }) => waived === undefined && monthOfDay(arisenOn) === month,
  );
  return standing.length < MOST_FEES_A_MONTH
    ? undefined
    : conflict(
        'too-many-fees',
        `${month} has ${standing.length} fees already, as many as an invoice holds; enter a sum of several`,
        { rule: '第7条' },
      );
}

export function chargeOneTimeFee(command: ChargeOneTimeFee, state: ContractState): Decision {
  const { fee, amount, description, occurredOn: arisenOn, taxCode = 'standard', now } = command;
  const accepted = mustBeAccepted(state);
  if (!accepted.ok) return accepted;
  const refused = mustBeOneTimeAmount(amount, '/amount') ?? pastDay(arisenOn, now, '/occurredOn', '第7条');
  if (refused) return refused;
  const { acceptedOn } = accepted.value.acceptance;
  if (arisenOn < acceptedOn)
    return invalid('fee-before-acceptance', `${arisenOn} lies before the day of acceptance, ${acceptedOn}`, {
      rule: '第7条',
      pointer: '/occurredOn',
    });
  const full = mustHaveRoom(accepted.value.fees, arisenOn);
  if (full) return full;
  const termsVersion = governingTermsOn(arisenOn);
  const data = { fee, kind: 'one-time' as const, amount, description, arisenOn, taxCode, termsVersion };
  return ok([event('FeeObligationArose', data, occurrenceOn(arisenOn, now))]);
}

/** An obligation stands unless it is waived by an event (第4条, 第7条). */
export function waiveFee(command: WaiveFee, state: ContractState): Decision {
  const accepted = mustBeAccepted(state);
  if (!accepted.ok) return accepted;
  const fee = accepted.value.fees.find((known) => known.fee === command.fee && known.kind === 'one-time');
  if (fee === undefined) return notFound('fee-unknown', 'there is no such one-time fee');
  if (fee.waived !== undefined) return ok([]);
  const { reason, mistake = false, approval } = command;
  return (
    (mistake ? undefined : mustNotLowerByWaiver(fee, command)) ??
    ok([event('FeeWaived', defined({ fee: fee.fee, reason, mistake: mistake || undefined, approval }))])
  );
}
