import type { Instant, ProofId } from '@smartkey/kernel';

/** @shown A long proof, asked for and written behind the answer. */
export interface ProofJobView {
  readonly id: ProofId;
  /** Of the document. */
  readonly number: string;
  readonly state: 'running' | 'finished' | 'failed';
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

export function proofJobView(job: ProofJobView): ProofJobView {
  const { id, number, state, events, done, bytes, begunAt, endedAt } = job;
  return { id, number, state, events, done, bytes, begunAt, endedAt };
}
