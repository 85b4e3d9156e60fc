import type { RowOutcome } from '@smartkey/device-registry-domain';
import type { AffectedMonth } from '@smartkey/facts';
import type { Instant, ContractId, ImportId } from '@smartkey/kernel';

export type ImportStatus = 'queued' | 'running' | 'completed';

/** How many rows had which outcome. */
export type OutcomeCounts = Readonly<Record<RowOutcome, number>>;

/** An import as it is shown. */
export interface ImportView extends OutcomeCounts {
  readonly id: ImportId;
  readonly contract: ContractId;
  readonly status: ImportStatus;
  readonly dryRun: boolean;
  /** Rows of the file, the header not counted. */
  readonly total: number;
  readonly done: number;
  /** Rows that asked for what was so already. */
  readonly unchanged: number;
  /** The issued and overtaken months that the facts lie in, whether or not a yen changes. */
  readonly affects: readonly AffectedMonth[];
  readonly createdAt: Instant;
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
}
