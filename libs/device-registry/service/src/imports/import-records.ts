import type { ImportAction, RowOutcome, RowResult } from '@smartkey/device-registry-domain';
import type { AffectedMonth } from '@smartkey/facts';
import type { Actor, ContractId, ImportId } from '@smartkey/kernel';

/** An import as its worker needs it. */
export interface ImportJob {
  readonly id: ImportId;
  readonly contract: ContractId;
  readonly status: 'queued' | 'running';
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
export interface CarriedOutRows {
  readonly results: readonly NumberedResult[];
  /** The issued and overtaken months that their facts lie in. */
  readonly affects: readonly AffectedMonth[];
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
