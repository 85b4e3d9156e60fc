import type { Attempts } from '@smartkey/authentication-domain';
import { prepared } from '@smartkey/database';
import {
  BehindFenceError,
  DuplicateEventError,
  WrongExpectedRevisionError,
  type Appended,
} from '@smartkey/event-store';
import type { EventMetadata, Instant, AccountId, DeviceId } from '@smartkey/kernel';
import { attemptsParameters } from '../attempts/attempts.row.ts';
import { appendOf, type AccountLog, type IdentifiedEvent } from '../log/account-log.ts';

/** The attempts that a decision leaves, and the version of the guard it was decided at. */
export interface CountedAttempt {
  readonly account: AccountId;
  readonly version: bigint;
  readonly attempts: Attempts;
}

/** What a decision with facts changes. */
export interface DecisiveChange extends CountedAttempt {
  /** The device's time step that is used up. */
  readonly uses?: { readonly device: DeviceId; readonly step: number };
  readonly events: readonly IdentifiedEvent[];
  readonly now: Instant;
  readonly metadata: EventMetadata;
}

export type CommitOutcome =
  | { readonly kind: 'committed'; readonly at: { readonly revision: number; readonly position: bigint } }
  /** Somebody decided in between: read and decide again. */
  | { readonly kind: 'overtaken' }
  /** The log holds the step's success already. */
  | { readonly kind: 'used' };

const COUNT = prepared(
  'authentication-count-attempt',
  `UPDATE attempts SET version = version + 1, failures = $3, locked_until = $4, hard_locked = $5
   WHERE account = $1 AND version = $2`,
);
const COMMIT = prepared(
  'authentication-commit-decision',
  `SELECT guarded, actual, first_position, hashes
   FROM commit_decision($1, $2, $3, $4, $5, $6, $7, $8, $9::text[], $10::text[], $11)`,
);

const guardOf = ({ account, version, attempts }: CountedAttempt): readonly unknown[] => [
  account,
  version,
  ...attemptsParameters(attempts),
];

/** Counts an attempt that brings no fact. @returns false where somebody decided in between. */
export const countAttempt = async (log: AccountLog, attempt: CountedAttempt): Promise<boolean> =>
  (await log.database.execute(COUNT, guardOf(attempt))) === 1;

/**
 * The one statement that an answer about a code stands on: the attempt is counted or the step used up, and the facts are in the
 * log, or nothing has happened.
 * @throws BehindFenceError to be decided again at a later instant.
 */
export async function commitDecision(log: AccountLog, change: DecisiveChange): Promise<CommitOutcome> {
  const { account, uses, events, now, metadata } = change;
  try {
    const append = appendOf(account, events, now, metadata);
    const result = await log.store.appendBy({ ...append, stampedAt: now }, async (args) => {
      const { stream, beforeRevision, afterRevision, stampedAt } = args;
      const use = [uses?.device ?? null, uses?.step ?? null];
      const parameters = [...guardOf(change), ...use, stream, beforeRevision, afterRevision, stampedAt];
      const [row] = await log.database.query<Appended & { readonly guarded: boolean }>(COMMIT, parameters);
      return row?.guarded === true ? row : undefined;
    });
    if (result === undefined) return { kind: 'overtaken' };
    const { revision, position } = result;
    return { kind: 'committed', at: { revision, position } };
  } catch (error) {
    return outcomeOf(error, now);
  }
}

/** What the statement failed with, where that is an answer. */
function outcomeOf(error: unknown, now: Instant): CommitOutcome {
  // Cannot be while the rows are whole; after a restore of older rows the log still knows.
  if (error instanceof DuplicateEventError) return { kind: 'used' };
  if (error instanceof WrongExpectedRevisionError) return { kind: 'overtaken' };
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (code !== 'SK001') throw error;
  if (message === 'behind-fence') throw new BehindFenceError(now);
  return { kind: message === 'duplicate' || message === 'repeated' ? 'used' : 'overtaken' };
}
