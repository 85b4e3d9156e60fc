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
 * issue, so that none is overdue when it is born.
 */
export function dueDayOf(month: ServiceMonth, issuedOn: JstDay, term: PaymentTerm): JstDay {
  const due = dueAfter(month, term);
  if (due >= issuedOn) return due;
  const monthOfIssue = monthOfDay(issuedOn);
  const later = dueAfter(addMonths(monthOfIssue, -1), term);
  if (later >= issuedOn) return later;
  return laterDay(dueAfter(monthOfIssue, term), issuedOn);
}

function dueAfter(month: ServiceMonth, { monthsAfter, onHoliday }: PaymentTerm): JstDay {
  const day = lastDayOf(addMonths(month, monthsAfter));
  if (onHoliday === 'unmoved') return day;
  return toBankingDay(day, onHoliday === 'next-banking-day' ? 1 : -1);
}
