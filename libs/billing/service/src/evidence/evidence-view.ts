import type { JstDay } from '@smartkey/calendar';
import { schema } from '@smartkey/http';

const { anything, idOf, jstDay, nullable, object, text, wholeNumber } = schema;

/** One fact behind a line, where it is in the logs, and its day. */
export interface EvidenceItem {
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly day: JstDay;
  readonly account?: string;
  /** Last day of a spell of registration, and the revision that ended it; `null`: not ended then. */
  readonly until?: JstDay | null;
  readonly untilRevision?: number | null;
  /** The revision that corrected the days of a spell, where that was the last word then. */
  readonly correctedRevision?: number;
  /** Successes of the day, the first and last of them at `revision` and `lastRevision`. */
  readonly count?: number;
  readonly lastRevision?: number;
  readonly data?: unknown;
}

export const evidenceSchema = object({
  stream: text(),
  revision: wholeNumber(),
  type: text(),
  day: jstDay(),
  'account?': idOf('rid'),
  'until?': nullable(jstDay()),
  'untilRevision?': nullable(wholeNumber()),
  'correctedRevision?': wholeNumber('The fact that corrected the days of the spell.'),
  'count?': wholeNumber(),
  'lastRevision?': wholeNumber(),
  'data?': anything(),
});
