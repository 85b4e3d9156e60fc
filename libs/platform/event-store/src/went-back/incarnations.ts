import type { Sql, Transaction } from '@smartkey/database';
import { isId, type Instant, type KeyId, type PersonId } from '@smartkey/kernel';
import { anchorFromJson, type Anchor, type AnchorJson } from './anchor.ts';

/** A log as it went on after a loss was accepted. */
export interface Incarnation {
  /** The first is 1, and is not told. */
  readonly number: number;
  readonly id: string;
  /** Where the log ended when it was begun: what others have of earlier ones behind that place is lost. */
  readonly keptPosition: bigint;
  /** The furthest event that was known then; missing where there was none, or a version before does not tell it. */
  readonly oldHead?: Anchor | undefined;
  /** System time; missing where a version before does not tell it. */
  readonly begunAt?: Instant | undefined;
  /** Ids of who proposed it, and who confirmed it: null where a person gave a name. Missing where a version before does not tell it. */
  readonly actors?: readonly [KeyId | PersonId | null, KeyId | PersonId | null] | undefined;
}

/** A loss that two people have accepted, and the incarnation that it began. */
export interface AcceptedLoss extends Incarnation {
  /** The last event that the log has; undefined where it is empty. */
  readonly head: Anchor | undefined;
  /** Who proposed it, and who confirmed it. */
  readonly by: readonly [string, string];
  readonly reason: string;
}

/** What follows from a loss for rows of the service, in the very transaction that accepts it. */
export type CarryOutLoss = (tx: Transaction, loss: AcceptedLoss) => Promise<void>;

interface IncarnationRow {
  readonly number: number;
  readonly id: string;
  readonly keptPosition: bigint;
  readonly oldHead: AnchorJson | null;
  readonly proposedBy: string;
  readonly acceptedBy: string;
  readonly begunAt: Instant;
}

const actorIn = (by: string): KeyId | PersonId | null => (isId('key', by) || isId('per', by) ? by : null);

/** In their order. */
export async function incarnationsIn(sql: Sql): Promise<readonly Incarnation[]> {
  const rows = await sql.query<IncarnationRow>(
    `SELECT number, id, kept_position AS "keptPosition", old_head AS "oldHead", proposed_by AS "proposedBy",
            accepted_by AS "acceptedBy", at AS "begunAt"
     FROM log_incarnations ORDER BY number`,
  );
  return rows.map(({ oldHead, proposedBy, acceptedBy, ...row }) => ({
    ...row,
    ...(oldHead !== null && { oldHead: anchorFromJson(oldHead) }),
    actors: [actorIn(proposedBy), actorIn(acceptedBy)],
  }));
}

/** In which incarnation an event at a position of the log was appended. */
export function incarnationAt(incarnations: readonly Incarnation[], position: bigint): number {
  let number = 1;
  for (const each of incarnations) if (position > each.keptPosition) number = each.number;
  return number;
}

/**
 * Up to where the log has kept an event's incarnation; undefined where that is the last. A later loss may have taken of it again what an earlier one had
 * left: the least of all ends counts.
 */
export function endOf(
  incarnations: readonly Incarnation[],
  { incarnation = 1 }: { readonly incarnation?: number | undefined },
): bigint | undefined {
  let end: bigint | undefined;
  for (const { number, keptPosition } of incarnations)
    if (number > incarnation && (end === undefined || keptPosition < end)) end = keptPosition;
  return end;
}
