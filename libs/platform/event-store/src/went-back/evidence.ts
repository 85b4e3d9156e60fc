import type { Sql } from '@smartkey/database';
import type { Instant } from '@smartkey/kernel';
import { anchorFromJson, anchorToJson, type Anchor, type AnchorJson } from './anchor.ts';

/** What somebody knows of a log that the log does not have. */
export interface Evidence {
  /** `billing/billing_usage_ledger_v7_1/0`: service, consumer and partition. */
  readonly reader: string;
  /** The event that the log lacks; undefined where the reader has none to show, as a checkpoint. */
  readonly known?: Anchor | undefined;
  readonly detail: string;
}

/** As it was kept. */
export interface KeptEvidence extends Evidence {
  /** Where the log ended then; undefined where it was empty. */
  readonly head?: Anchor | undefined;
  readonly at: Instant;
}

/** A log that is known to have gone back. */
export interface WentBack {
  readonly since: Instant;
  /** The first few, the furthest first. */
  readonly evidence: readonly KeptEvidence[];
}

/** So many readers are kept; more say nothing new. */
const MOST_EVIDENCE = 200;

/** What was said before by the same reader stays. @param head where the log ends. */
export async function keepEvidence(
  tx: Sql,
  evidence: readonly Evidence[],
  head: Anchor | undefined,
): Promise<void> {
  await tx.execute(
    `INSERT INTO log_evidence (reader, known, detail, head)
     SELECT e.reader, e.known::jsonb, e.detail, $4::jsonb
     FROM unnest($1::text[], $2::text[], $3::text[]) AS e (reader, known, detail)
     WHERE (SELECT count(*) FROM log_evidence) < ${MOST_EVIDENCE}
     ON CONFLICT (reader) DO NOTHING`,
    [
      evidence.map(({ reader }) => reader),
      evidence.map(({ known }) => (known === undefined ? null : JSON.stringify(anchorToJson(known)))),
      evidence.map(({ detail }) => detail),
      head === undefined ? null : JSON.stringify(anchorToJson(head)),
    ],
  );
}

/** The furthest first; what has none to show last. */
export async function evidenceIn(sql: Sql): Promise<readonly KeptEvidence[]> {
  const rows = await sql.query<{
    reader: string;
    known: AnchorJson | null;
    detail: string;
    head: AnchorJson | null;
    at: Instant;
  }>(
    `SELECT reader, known, detail, head, at FROM log_evidence
     ORDER BY (known ->> 'position')::bigint DESC NULLS LAST, reader`,
  );
  return rows.map(({ known, head, ...row }) => ({
    ...row,
    ...(known === null ? {} : { known: anchorFromJson(known) }),
    ...(head === null ? {} : { head: anchorFromJson(head) }),
  }));
}
