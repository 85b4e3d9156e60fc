import {
  distinctDays,
  monthOfDay,
  spanOfMonth,
  type ClosedSpan,
  type JstDay,
  type ServiceMonth,
} from '@smartkey/calendar';
import { conflict, type Refused, type ApprovalId } from '@smartkey/kernel';
import { basisOfMonth, type BillingFacts, type MonthBasis, type Quote } from '@smartkey/terms';
import type { AcceptedContract } from '../contract.state.ts';
import type { Fee } from '../fees/fees.state.ts';
import { billingFactsOf } from './contract-basis.ts';
import type { Issued } from './issued.ts';
import { isNeverLower } from './never-lower.ts';

/** What may need the approval of a second person. */
export interface OfTwoPersons {
  readonly issued: Issued;
  /** The approval by which it is carried out (`apr_…`); missing where nobody was asked. */
  readonly approval?: ApprovalId | undefined;
  /** Billing has rated every issued month with it and without: none comes to less. */
  readonly lowersNothing?: boolean | undefined;
}

/** Code of the refusal of a command that is to be proposed instead. */
export const SECOND_PERSON_NEEDED = 'second-person-needed';

/** Two persons: what lowers an issued month by agreement is proposed by one and approved by another. */
const mustBeApproved = (
  { approval, lowersNothing = false }: OfTwoPersons,
  month: ServiceMonth | undefined,
): Refused =>
  approval === undefined && !lowersNothing && month !== undefined
    ? conflict(
        SECOND_PERSON_NEEDED,
        `${month} is issued, and this may lower it: another person approves it`,
        {
          rule: 'Two persons',
        },
      )
    : undefined;

/**
 * A quote in place of the one that governed an issued month, unless it can be seen from the prices that no month comes to less. A
 * month outside of the billing window owes nothing by any quote.
 */
export function mustNotLowerByQuote(contract: AcceptedContract, quote: Quote, upon: OfTwoPersons): Refused {
  const before = billingFactsOf(contract);
  const after = { ...before, quotes: [...before.quotes, quote] };
  return mustBeApproved(
    upon,
    firstLowered(before, after, upon.issued, (was, is, month) => {
      if (is.window === undefined || was.quote === undefined || is.quote === undefined) return false;
      const whole = daysOf(is.window, month) === daysOf(spanOfMonth(month), month);
      return is.quote.id !== was.quote.id && !isNeverLower(is.quote, was.quote, whole);
    }),
  );
}

/** A start that is moved so that an issued month is served for fewer days. Set for the first time it lowers nothing. */
export function mustNotLowerByStart(
  contract: AcceptedContract,
  billingStart: JstDay,
  upon: OfTwoPersons,
): Refused {
  const before = billingFactsOf(contract);
  const after = { ...before, billingStart };
  return mustBeApproved(
    upon,
    firstLowered(
      before,
      after,
      upon.issued,
      (was, is, month) => daysOf(is.window, month) < daysOf(was.window, month),
    ),
  );
}

/** A waived fee of an issued month, or one that stands on a document. */
export const mustNotLowerByWaiver = (fee: Fee, upon: OfTwoPersons): Refused =>
  mustBeApproved(
    upon,
    upon.issued.fees[fee.fee] ?? upon.issued.months.find((month) => month === monthOfDay(fee.arisenOn)),
  );

const firstLowered = (
  before: BillingFacts,
  after: BillingFacts,
  { months }: Issued,
  isLowered: (was: MonthBasis, is: MonthBasis, month: ServiceMonth) => boolean,
): ServiceMonth | undefined =>
  months.find((month) => isLowered(basisOfMonth(before, month), basisOfMonth(after, month), month));

const daysOf = (window: ClosedSpan | undefined, month: ServiceMonth): number =>
  window === undefined ? 0 : distinctDays([window], spanOfMonth(month));
