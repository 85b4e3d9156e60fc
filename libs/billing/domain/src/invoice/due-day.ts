import { addMonths, lastDayOf, monthOfDay, type JstDay, type ServiceMonth } from '@smartkey/calendar';
import type { PaymentTerm } from '../policies/billing-policy.ts';
import { toBankingDay } from './banking-day.ts';

/**
 * The day a document is due on (policy `paymentTerm`): by default the last day of the month following the service month, moved
 * to the next banking day. A document issued only after that day is due as if its service month were the one before its
 * issue, so that none is overdue when it is born.
 */
export function dueDayOf(month: ServiceMonth, issuedOn: JstDay, term: PaymentTerm): JstDay {
  const monthOfIssue = monthOfDay(issuedOn);
  const bases = [month, addMonths(monthOfIssue, -1), monthOfIssue];
  const due = bases.map((base) => dueAfter(base, term)).find((day) => day >= issuedOn);
  return due ?? issuedOn;
}

function dueAfter(month: ServiceMonth, { monthsAfter, onHoliday }: PaymentTerm): JstDay {
  const day = lastDayOf(addMonths(month, monthsAfter));
  if (onHoliday === 'unmoved') return day;
  return toBankingDay(day, onHoliday === 'next-banking-day' ? 1 : -1);
}
