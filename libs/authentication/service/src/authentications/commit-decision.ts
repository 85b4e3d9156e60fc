import type { Attempts } from '@smartkey/authentication-domain';
import { prepared } from '@smartkey/database';
import { BehindFenceError, DuplicateEventError, WrongExpectedRevisionError } from '@smartkey/event-store';
import type { EventMetadata, Instant, AccountId, DeviceId } from '@smartkey/kernel';
import type { Attempt } from '../attempt-log/attempt.ts';
import type { OriginColumns } from '../attempt-log/attempt-seals.ts';
import { attemptsParameters } from '../attempts/attempts.row.ts';
import { appendOf, type AccountLog, type IdentifiedEvent } from '../log/account-log.ts';

/** The attempts that a decision leaves, and the version of the guard it was decided at. */
export interface CountedAttempt {
  readonly account: AccountId;
  readonly version: bigint;
  readonly attempts: Attempts;
}

/** An attempt on its way into the log of attempts, with its address sealed. */
export interface LoggedAttempt {
  readonly attempt: Attempt;
  /** What the caller says of it, sealed. */
  readonly origin: OriginColumns;
}

/** What a decision with facts changes. */
export interface DecisiveChange extends CountedAttempt {
  /** Missing where the decision was no attempt: an account was unlocked. */
  readonly logged?: LoggedAttempt;
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
  'authentication-count-logged-attempt',
  `WITH counted AS (
     UPDATE attempts SET version = version + 1, failures = $3, locked_until = $4, hard_locked = $5, last_failure_at = $15
     WHERE account = $1 AND version = $2 RETURNING account)
   INSERT INTO attempt_log (id, contract, key, result, reason, client_ref, address, address_digest, network_digest, at, rid)
   SELECT $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, account FROM counted`,
);
const guardOf = ({ account, version, attempts }: CountedAttempt): readonly unknown[] => [
  account,
  version,
  ...attemptsParameters(attempts),
];

const NOT_LOGGED = [null, null, null, null, null, null, null, null, null] as const;

/** Its id, contract, key, result, reason, reference of the caller and address. */
function loggedColumns(logged: LoggedAttempt | undefined): readonly unknown[] {
  if (logged === undefined) return NOT_LOGGED;
  const { id, contract, origin, outcome } = logged.attempt;
  const reason = outcome.result === 'denied' ? outcome.reason : null;
  return [id, contract, origin.key, outcome.result, reason, ...logged.origin];
}

/** Counts and logs an attempt that brings no fact. @returns false where somebody decided in between. */
export async function countAttempt(
  log: AccountLog,
  counted: CountedAttempt,
  logged: LoggedAttempt,
): Promise<boolean> {
  const parameters = [...guardOf(counted), ...loggedColumns(logged), logged.attempt.at];
  return (await log.database.execute(COUNT, parameters)) === 1;
}

/**
 * The one statement that an answer about a code stands on: the attempt is counted or the step used up, the facts are in the log
 * and the attempt in the log of attempts, or nothing has happened.
 * @throws BehindFenceError to be decided again at a later instant.
 */
export async function commitDecision(log: AccountLog, change: DecisiveChange): Promise<CommitOutcome> {
  const { account, uses, events, now, metadata } = change;
  try {
    const append = appendOf(account, events, now, metadata);
    const result = await log.store.appendBy({ ...append, stampedAt: now }, (args) => {
      const { stream, beforeRevision, afterRevision, stampedAt } = args;
      const use = [uses?.device ?? null, uses?.step ?? null];
      const about = [...guardOf(change), ...loggedColumns(change.logged), ...use];
      return log.decisions.commit([...about, stream, beforeRevision, afterRevision, stampedAt]);
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
