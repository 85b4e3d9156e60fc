import { conflict, event, ok, type Decision } from '@smartkey/kernel';
import type { MonthClosed } from './months.events.ts';
import type { BillingMonths } from './months.state.ts';

/** That a month of the contract is done, and how. */
export type CloseMonth = MonthClosed['data'];

export function closeOneMonth(command: CloseMonth, state: BillingMonths): Decision<MonthClosed> {
  const issued = state.issued[command.month];
  if (issued !== undefined)
    return command.outcome === 'nothing-due' || command.number === issued
      ? ok([])
      : conflict('month-already-issued', `${command.month} is issued as ${issued}.`, { rule: 'Invoices' });
  if (command.outcome === 'nothing-due') {
    // A month that was passed is looked at by every close from then on: that nothing is due is not said again.
    const passed = state.lastIssued !== undefined && command.month < state.lastIssued;
    const known = passed || state.nothingDue.includes(command.month);
    return ok(known ? [] : [event('MonthClosed', command)]);
  }
  return ok([event('MonthClosed', command)]);
}
