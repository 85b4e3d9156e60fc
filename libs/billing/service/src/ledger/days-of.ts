import type { ContractId } from '@smartkey/kernel';
import { numberOfDay, type ClosedSpan } from '@smartkey/calendar';

/** A contract and the days of one month to look at: its billing window, cut to the month. */
export interface DaysOf {
  readonly contract: ContractId;
  readonly days: ClosedSpan;
}

/** Contracts, first days and last days: an array each, as statements over many contracts take them. */
export const parametersOf = (wanted: readonly DaysOf[]): readonly unknown[] => [
  wanted.map(({ contract }) => contract),
  wanted.map(({ days }) => numberOfDay(days.from)),
  wanted.map(({ days }) => numberOfDay(days.to)),
];
