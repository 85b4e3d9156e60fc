import type { Attempts } from '@smartkey/authentication-domain';
import { prepared } from '@smartkey/database';
import { DuplicateEventError, WrongExpectedRevisionError } from '@smartkey/event-store';
import type { EventMetadata, Instant } from '@smartkey/kernel';
import type { AccountLog, IdentifiedEvent } from '../shared/account-log.ts';

/** What a decision changes, and the version of the guard it was decided at. */
export interface DecisiveChange {
  readonly account: string;
  readonly version: bigint;
  readonly attempts: Attempts;
  /** The device's time step that is used up. */
  readonly uses?: { readonly device: string; readonly step: number };
  readonly events: readonly IdentifiedEvent[];
  readonly now: Instant;
  readonly metadata: EventMetadata;
}

export type DecisiveOutcome =
  | {
      readonly kind: 'committed';
      readonly at?: { readonly revision: number; readonly position: bigint };
    }
  /** Somebody decided in between: read and decide again. */
  | { readonly kind: 'overtaken' }
  /** The log holds the step's success already. */
  | { readonly kind: 'used' };

/** The guard and the device's step move together or not at all, and only from where they were read. */
const COMPARE_AND_SET = prepared(
  'authentication-compare-and-set',
  `
  WITH guard AS (
    UPDATE attempts SET version = version + 1, failures = $3, locked_until = $4, hard_locked = $5
    WHERE account = $1 AND version = $2 RETURNING account
  ), step AS (
    UPDATE credentials SET last_step = $7
    WHERE device = $6 AND status = 'active' AND last_step < $7 AND EXISTS (SELECT 1 FROM guard) RETURNING device
  )
  SELECT (SELECT count(*) FROM guard)::int AS guarded, (SELECT count(*) FROM step)::int AS used`,
);

class Overtaken extends Error {}

/**
 * The one transaction that an answer about a code stands on: the attempt is counted or the step used up, and the facts are in
 * the log, or nothing has happened.
 * @throws BehindFenceError to be decided again at a later instant.
 */
export async function commitDecision(log: AccountLog, change: DecisiveChange): Promise<DecisiveOutcome> {
  const { account, events, now, metadata } = change;
  try {
    return await log.database.transaction(async (tx): Promise<DecisiveOutcome> => {
      const [moved] = await tx.query<{ guarded: number; used: number }>(
        COMPARE_AND_SET,
        parametersOf(change),
      );
      if (moved!.guarded === 0 || (change.uses !== undefined && moved!.used === 0)) throw new Overtaken();
      if (events.length === 0) return { kind: 'committed' };
      const { revision, position, repeated } = await log.append(tx, account, events, now, metadata);
      // Cannot be while the rows are whole; after a restore of older rows the log still knows.
      if (repeated) throw new DuplicateEventError(events[0]!.id);
      return { kind: 'committed', at: { revision, position } };
    });
  } catch (error) {
    if (error instanceof Overtaken || error instanceof WrongExpectedRevisionError)
      return { kind: 'overtaken' };
    if (error instanceof DuplicateEventError) return { kind: 'used' };
    throw error;
  }
}

const parametersOf = ({ account, version, attempts, uses }: DecisiveChange): readonly unknown[] => [
  account,
  version,
  attempts.failures,
  attempts.lockedUntil ?? null,
  attempts.hardLocked,
  uses?.device ?? null,
  uses?.step ?? -1,
];
