import type { ServiceMonth } from '@smartkey/calendar';
import type { DomainEvent, ContractId, RunId } from '@smartkey/kernel';
import type { Yen } from '@smartkey/money';
import type { ParkReason } from '../invoice/draft-invoice.ts';

/** A contract that a run could not close, by name. There may be many: they are kept beside the log, which has their number. */
export interface ParkedContract {
  readonly contract: ContractId;
  readonly code: ParkReason['code'];
  readonly reason: string;
}

export interface CloseCounts {
  /** Accepted contracts: a run visits every one of them, for each may owe a month that was overtaken. */
  readonly total: number;
  /** Of them, those whose month is issued, by this run or before. */
  readonly issued: number;
  /** Those that have no invoice of the month and were given a correction by the run. */
  readonly corrected: number;
  readonly nothingDue: number;
  /** Those with a month that cannot be drawn up, the run's own or another. */
  readonly parked: number;
  /** Documents of the run: ordinary invoices, those of overtaken months among them, and corrections. */
  readonly invoices: number;
  readonly overtaken: number;
  readonly corrections: number;
  /** Contracts of which something still waits, and what it comes to, tax-exclusive. */
  readonly waitingContracts: number;
  readonly waitingNet: Yen;
  /** Months of all contracts that are billed below 0 when the run ends: somebody has to look at them. */
  readonly belowZero: number;
}

export const NOTHING_COUNTED: CloseCounts = {
  total: 0,
  issued: 0,
  corrected: 0,
  nothingDue: 0,
  parked: 0,
  invoices: 0,
  overtaken: 0,
  corrections: 0,
  waitingContracts: 0,
  waitingNet: '0',
  belowZero: 0,
};

export type CloseRequested = DomainEvent<
  'CloseRequested',
  { readonly run: RunId; readonly month: ServiceMonth }
>;
export type CloseFinished = DomainEvent<
  'CloseFinished',
  {
    readonly run: RunId;
    readonly month: ServiceMonth;
    readonly state: 'completed' | 'partial';
    readonly counts: CloseCounts;
  }
>;
export type MonthCloseEvent = CloseRequested | CloseFinished;
