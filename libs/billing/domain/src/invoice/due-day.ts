import {
  addMonths,
  lastDayOf,
  laterDay,
  monthOfDay,
  type JstDay,
  type ServiceMonth,
} from '@smartkey/calendar';
import type { PaymentTerm } from '../policies/billing-policy.ts';
import { toBankingDay } from './banking-day.ts';

/**
 * The day a document is due on (policy `paymentTerm`): by default the last day of the month following the service month, moved
 * to the next banking day. A document issued only after that day is due as if its service month were the one before its
 * issue, and never before its own issue: then on the first banking day from it.
 */
export function dueDayOf(month: ServiceMonth, issuedOn: JstDay, term: PaymentTerm): JstDay {
  const due = dueIfIssuedInTime(month, issuedOn, term);
  return due >= issuedOn ? due : toBankingDay(issuedOn, 1);
}

/** Rule version 2018-01-01.1: what would be due before its issue is due as if its service month were that of the issue. */
export function dueDayByMonthOfIssue(month: ServiceMonth, issuedOn: JstDay, term: PaymentTerm): JstDay {
  const due = dueIfIssuedInTime(month, issuedOn, term);
  return due >= issuedOn ? due : laterDay(dueAfter(monthOfDay(issuedOn), term), issuedOn);
}

function dueIfIssuedInTime(month: ServiceMonth, issuedOn: JstDay, term: PaymentTerm): JstDay {
  const due = dueAfter(month, term);
  return due >= issuedOn ? due : dueAfter(addMonths(monthOfDay(issuedOn), -1), term);
}

function dueAfter(month: ServiceMonth, { monthsAfter, onHoliday }: PaymentTerm): JstDay {
  const day = lastDayOf(addMonths(month, monthsAfter));
  if (onHoliday === 'unmoved') return day;
  return toBankingDay(day, onHoliday === 'next-banking-day' ? 1 : -1);
}
