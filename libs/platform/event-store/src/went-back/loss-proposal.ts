import { createHash } from 'node:crypto';
import type { Sql } from '@smartkey/database';
import type { Instant } from '@smartkey/kernel';
import { OperatorError } from '@smartkey/lifecycle';
import type { Anchor } from './anchor.ts';

/** A loss that one person has proposed to accept. */
export interface LossProposal {
  /** Of this very proposal: another reason, or another end of the log, is another one. */
  readonly id: string;
  readonly proposedBy: string;
  readonly reason: string;
  readonly at: Instant;
  /** Position of the last event that the log had then, which would stay; 0n of an empty log. Missing where a version before was told. */
  readonly keptPosition?: bigint | undefined;
}

/** A loss cannot be accepted so. */
export class LossRefusedError extends OperatorError {
  override readonly name = 'LossRefusedError';
  constructor(
    readonly why: 'no-loss' | 'not-proposed' | 'same-person' | 'ends-elsewhere',
    message: string,
  ) {
    super(message);
  }
}

/** As it lies kept. */
export interface KeptProposal extends LossProposal {
  /** Where the log ended then, as `keptText` writes it; null where a version before was told. */
  readonly kept: string | null;
}

/** Where a log ends, as a proposal keeps it. */
export const keptText = (head: Anchor | undefined): string => `${head?.position ?? 0n}/${head?.hash ?? ''}`;

export async function keptProposalIn(sql: Sql): Promise<KeptProposal | undefined> {
  const [row] = await sql.query<{
    readonly proposedBy: string;
    readonly reason: string;
    readonly at: Instant;
    readonly keptPosition: bigint | null;
    readonly keptHash: string | null;
  }>(
    `SELECT proposed_by AS "proposedBy", reason, at, kept_position AS "keptPosition", kept_hash AS "keptHash"
     FROM log_loss_proposal`,
  );
  if (row === undefined) return undefined;
  const { proposedBy, reason, at, keptPosition, keptHash } = row;
  const kept = keptPosition === null ? null : `${keptPosition}/${keptHash}`;
  const id = createHash('sha256')
    .update(JSON.stringify([proposedBy, reason, at, kept]))
    .digest('hex');
  return {
    id: id.slice(0, 32),
    proposedBy,
    reason,
    at,
    kept,
    ...(keptPosition !== null && { keptPosition }),
  };
}

export async function proposalIn(sql: Sql): Promise<LossProposal | undefined> {
  const kept = await keptProposalIn(sql);
  if (kept === undefined) return undefined;
  const { kept: _kept, ...proposal } = kept;
  return proposal;
}

/** What another has proposed stands, unless the log ended elsewhere then. @returns what stands. */
export async function keepProposal(
  tx: Sql,
  by: string,
  reason: string,
  head: Anchor | undefined,
): Promise<LossProposal> {
  await tx.execute(
    `INSERT INTO log_loss_proposal (proposed_by, reason, kept_position, kept_hash) VALUES ($1, $2, $3, $4)
     ON CONFLICT (one_row) DO UPDATE SET proposed_by = excluded.proposed_by, reason = excluded.reason, at = excluded.at,
       kept_position = excluded.kept_position, kept_hash = excluded.kept_hash
     WHERE log_loss_proposal.proposed_by = excluded.proposed_by
       OR (log_loss_proposal.kept_position, log_loss_proposal.kept_hash)
         IS DISTINCT FROM (excluded.kept_position, excluded.kept_hash)`,
    [by, reason, head?.position ?? 0n, head?.hash ?? ''],
  );
  return (await proposalIn(tx))!;
}
