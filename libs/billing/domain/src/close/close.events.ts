import type { ServiceMonth } from '@smartkey/calendar';
import type { DomainEvent } from '@smartkey/kernel';
import type { ParkReason } from '../invoice/draft-invoice.ts';

/** A contract that a run could not close, by name. There may be many: they are kept beside the log, which has their number. */
export interface ParkedContract {
  readonly contract: string;
  readonly code: ParkReason['code'];
  readonly reason: string;
}

export interface CloseCounts {
  /** Accepted contracts: a run visits every one of them, for each may owe a month that was overtaken. */
  readonly total: number;
  /** Of them, those whose month is issued, by this run or before. */
  readonly issued: number;
  readonly nothingDue: number;
  /** Those with a month that cannot be drawn up, the run's own or another. */
  readonly parked: number;
}

export type CloseRequested = DomainEvent<
  'CloseRequested',
  { readonly run: string; readonly month: ServiceMonth }
>;
export type CloseFinished = DomainEvent<
  'CloseFinished',
  {
    readonly run: string;
    readonly month: ServiceMonth;
    readonly state: 'completed' | 'partial';
    readonly counts: CloseCounts;
  }
>;
export type MonthCloseEvent = CloseRequested | CloseFinished;
