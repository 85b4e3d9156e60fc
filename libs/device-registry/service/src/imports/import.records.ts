import type { ImportAction, RowOutcome, RowResult } from '@smartkey/device-registry-domain';
import type { IssuedMonth } from '../late-facts/issued-months.projection.ts';
import type { Actor, Instant } from '@smartkey/kernel';

export type ImportStatus = 'queued' | 'running' | 'completed';

/** How many rows had which outcome. */
export type OutcomeCounts = Readonly<Record<RowOutcome, number>>;

/** An import as it is shown. */
export interface ImportView extends OutcomeCounts {
  readonly id: string;
  readonly contract: string;
  readonly status: ImportStatus;
  readonly dryRun: boolean;
  readonly total: number;
  readonly done: number;
  /** The issued months that its facts lie in. */
  readonly affects: readonly IssuedMonth[];
  readonly createdAt: Instant;
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
}

/** An import as its worker needs it. */
export interface ImportJob {
  readonly id: string;
  readonly contract: string;
  readonly dryRun: boolean;
  readonly actor: Actor;
  readonly total: number;
  readonly done: number;
}

/** A row of a file as it is kept. */
export interface StoredRow {
  /** 1 for the first after the header. */
  readonly row: number;
  readonly externalId: string;
  readonly displayName: string | null;
  /** What stood there; an `ImportAction` where the row has no fault. */
  readonly action: string;
  readonly faultCode: string | null;
  readonly faultDetail: string | null;
}

/** A row that can be carried out. */
export interface SoundRow extends StoredRow {
  readonly action: ImportAction;
  readonly faultCode: null;
}

export interface NumberedResult extends RowResult {
  readonly row: number;
}

/** What became of rows that were carried out together. */
export interface CarriedOut {
  readonly results: readonly NumberedResult[];
  /** The issued months that their facts lie in. */
  readonly affects: readonly IssuedMonth[];
}

/** A row of the results file. `pending`: its turn has not come. */
export interface ResultLine {
  readonly row: number;
  readonly externalId: string;
  readonly action: string;
  readonly outcome: RowOutcome | 'pending';
  readonly code: string;
  readonly detail: string;
}
