import type { Instant, ProofId } from '@smartkey/kernel';
import type { ProofJob } from './proof-job.store.ts';

/** @shown A long proof, asked for and written behind the answer. */
export interface ProofJobView {
  readonly id: ProofId;
  /** Of the document. */
  readonly number: string;
  readonly state: ProofJob['state'];
  /** Events that it shows. */
  readonly events: number;
  /** Of them written. */
  readonly done: number;
  /** Written so far. */
  readonly bytes: number;
  /** By the system's clock. */
  readonly begunAt: Instant;
  /** Null while it is running. */
  readonly endedAt: Instant | null;
}

export const proofJobView = ({
  id,
  number,
  state,
  events,
  done,
  bytes,
  begunAt,
  endedAt,
}: ProofJob): ProofJobView => ({
  id,
  number,
  state,
  events,
  done,
  bytes,
  begunAt,
  endedAt,
});
