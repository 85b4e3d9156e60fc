import type { ParkReason } from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import type { Instant, ContractId, RunId } from '@smartkey/kernel';
import type { Yen } from '@smartkey/money';
import type { FileProgressView } from '../renditions/file-view.ts';
import type { CloseRun, CloseRunState } from './close-run.ts';

/** A run that closes a month, as it is shown. */
export interface CloseRunView {
  readonly id: RunId;
  readonly month: ServiceMonth;
  readonly state: CloseRunState;
  readonly contracts: {
    /** Accepted contracts: each is visited. */
    readonly total: number;
    /** With an invoice of the month, from whichever run. */
    readonly issued: number;
    /** Without an invoice of the month, and corrected by this run. */
    readonly corrected: number;
    readonly nothingDue: number;
    /** Contracts that need a person; the run lists them under `parked`. */
    readonly parked: number;
  };
  readonly documents: {
    /** Ordinary invoices of this run. */
    readonly invoices: number;
    /** Those of months that a later one had overtaken. */
    readonly overtaken: number;
    readonly corrections: number;
  };
  readonly waiting: {
    /** Of which a difference of an issued month still waits. */
    readonly contracts: number;
    /** What waits, tax-exclusive. */
    readonly net: Yen;
  };
  readonly warnings: {
    /** Months of all contracts that were billed below 0 when the run ended: `GET /corrections` names them. */
    readonly billedBelowZero: number;
  };
  readonly waitingFor: readonly WaitedFor[];
  readonly requestedAt: Instant;
  readonly updatedAt: Instant;
}

/** A run with how far the files of its documents are. */
export interface CloseRunFilesView extends CloseRunView {
  readonly files: readonly FileProgressView[];
}

/** @shown A source whose events may not all be here yet. */
type WaitedFor = string;

/** The run that was asked for. */
export interface RequestedRunView {
  readonly runId: RunId;
}

/** A contract that a run could not bill. */
export interface ParkedView {
  readonly contract: ContractId;
  readonly code: ParkReason['code'];
  /** One sentence for the operator. */
  readonly reason: string;
}

/** A contract that waits for a person, with the run that found so last. */
export interface StandingParkedView extends ParkedView {
  readonly run: RunId;
  /** The month that the run closed: what waits may be of an earlier one. */
  readonly month: ServiceMonth;
}

export const closeRunView = (run: CloseRun): CloseRunView => ({
  id: run.run,
  month: run.month,
  state: run.state,
  contracts: {
    total: run.counts.total,
    issued: run.counts.issued,
    corrected: run.counts.corrected,
    nothingDue: run.counts.nothingDue,
    parked: run.counts.parked,
  },
  documents: {
    invoices: run.counts.invoices,
    overtaken: run.counts.overtaken,
    corrections: run.counts.corrections,
  },
  waiting: { contracts: run.counts.waitingContracts, net: run.counts.waitingNet },
  warnings: { billedBelowZero: run.counts.belowZero },
  waitingFor: run.waitingFor,
  requestedAt: run.requestedAt,
  updatedAt: run.updatedAt,
});
