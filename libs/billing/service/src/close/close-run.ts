import type { CloseCounts } from '@smartkey/billing-domain';
import { jstDayOf, type JstDay, type ServiceMonth } from '@smartkey/calendar';
import type { ServiceName } from '@smartkey/event-bus';
import type { Instant, RunId } from '@smartkey/kernel';

export const CLOSE_RUN_STATES = ['waiting', 'running', 'completed', 'partial'] as const;

export type CloseRunState = (typeof CLOSE_RUN_STATES)[number];

/** A run that closes a month, as far as it is. */
export interface CloseRun {
  readonly run: RunId;
  /** Grows with each request. */
  readonly seq: number;
  readonly month: ServiceMonth;
  readonly state: CloseRunState;
  /** Sources that the ledger may not have every event of yet, and services whose logs are known to lack events that were read of them. */
  readonly waitingFor: readonly ServiceName[];
  readonly counts: CloseCounts;
  readonly requestedAt: Instant;
  readonly updatedAt: Instant;
}

/**
 * The JST day of a run: what it issues bears this day, also where the run waits for its month, or goes on after midnight or
 * after a crash.
 */
export const dayOfRun = ({ requestedAt }: Pick<CloseRun, 'requestedAt'>): JstDay => jstDayOf(requestedAt);
