import type { RowOutcome } from '@smartkey/device-registry-domain';
import { schema } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';
import { affectsSchema, type AffectedMonth } from '../late-facts/affects.ts';

const { idOf, instant, nullable, object, oneOf, trueOrFalse, wholeNumber } = schema;

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
  /** The issued and overtaken months that its facts lie in. */
  readonly affects: readonly AffectedMonth[];
  readonly createdAt: Instant;
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
}

export const importSchema = object({
  id: idOf('imp'),
  contract: idOf('ctr'),
  status: oneOf(['queued', 'running', 'completed']),
  dryRun: trueOrFalse(),
  total: wholeNumber('Rows of the file, the header not counted.'),
  done: wholeNumber(),
  registered: wholeNumber(),
  deregistered: wholeNumber(),
  suspended: wholeNumber(),
  resumed: wholeNumber(),
  unchanged: wholeNumber('Rows that asked for what was so already.'),
  failed: wholeNumber(),
  createdAt: instant(),
  startedAt: nullable(instant()),
  finishedAt: nullable(instant()),
  affects: affectsSchema(),
});
