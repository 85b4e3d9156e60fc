import type { ServiceMonth } from '@smartkey/calendar';
import type { Instant } from '@smartkey/kernel';
import type { CloseRun, CloseRunState } from './close-run.ts';

/** A run that closes a month, as it is shown. */
export interface CloseRunView {
  /** @prefix run */
  readonly id: string;
  readonly month: ServiceMonth;
  readonly state: CloseRunState;
  readonly contracts: {
    /** Accepted contracts: each is visited. */
    readonly total: number;
    /** With an invoice of the month, from whichever run. */
    readonly issued: number;
    readonly nothingDue: number;
    /** Contracts that need a person; the run lists them under `parked`. */
    readonly parked: number;
  };
  readonly waitingFor: readonly WaitedFor[];
  readonly requestedAt: Instant;
  readonly updatedAt: Instant;
}

/** @shown A source whose events may not all be here yet. */
type WaitedFor = string;

/** The run that was asked for. */
export interface RequestedRun {
  /** @prefix run */
  readonly runId: string;
}

/** A contract that a run could not bill. */
export interface ParkedView {
  /** @prefix ctr */
  readonly contract: string;
  readonly code:
    | 'no-governing-quote'
    | 'no-recipient'
    | 'no-registration-number'
    | 'earlier-month-waits'
    | 'events-parked'
    | 'too-many-lines'
    | 'not-ratable';
  /** One sentence for the operator. */
  readonly reason: string;
}

export const closeRunView = (run: CloseRun): CloseRunView => ({
  id: run.run,
  month: run.month,
  state: run.state,
  contracts: {
    total: run.counts.total,
    issued: run.counts.issued,
    nothingDue: run.counts.nothingDue,
    parked: run.counts.parked,
  },
  waitingFor: run.waitingFor,
  requestedAt: run.requestedAt,
  updatedAt: run.updatedAt,
});
