import type { AccountId } from '@smartkey/kernel';
import type { JstDay } from '@smartkey/calendar';

/**
 * One fact behind a line, where it is in the logs, and its day. Of a spell of registration: its last day, the revision that ended it,
 * `null` where it had not ended then, and the one that corrected its days, where that was the last word. Of successes: how many on
 * the day, the first and last of them at `revision` and `lastRevision`.
 */
export interface EvidenceItem {
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly day: JstDay;
  readonly account?: AccountId;
  readonly until?: JstDay | null;
  readonly untilRevision?: number | null;
  /** The fact that corrected the days of the spell. */
  readonly correctedRevision?: number;
  readonly count?: number;
  readonly lastRevision?: number;
  readonly data?: unknown;
}
