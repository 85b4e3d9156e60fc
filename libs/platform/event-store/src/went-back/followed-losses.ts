import type { Database, Sql } from '@smartkey/database';
import type { ContractId, Instant } from '@smartkey/kernel';

/** Whose loss: of a log, and the incarnation that it began. */
export interface LossKey {
  readonly source: string;
  readonly number: number;
}

/** What a loss left for a person to look at. */
export interface LossFinding {
  /** `device-without-secret` */
  readonly kind: string;
  /** The id of what it is about. */
  readonly subject: string;
  readonly contract?: ContractId;
  readonly detail: string;
}

/** As it was kept. */
export interface KeptFinding extends LossFinding, LossKey {
  readonly at: Instant;
}

/** Of what losses have left, so many findings are shown. */
export const FINDINGS_SHOWN = 200;

/** What a service came to by losses that were accepted, of its own log and of those that it reads. */
export class FollowedLosses {
  constructor(private readonly database: Database) {}

  /** Those of these incarnations that were not followed yet. */
  async open(source: string, numbers: readonly number[]): Promise<readonly number[]> {
    const rows = await this.database.query<{ number: number }>(
      'SELECT number FROM losses_followed WHERE source = $1 AND number = ANY ($2::integer[])',
      [source, numbers],
    );
    const done = new Set(rows.map(({ number }) => number));
    return numbers.filter((number) => !done.has(number));
  }

  async followed({ source, number }: LossKey, sql: Sql = this.database): Promise<void> {
    await sql.execute('INSERT INTO losses_followed (source, number) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      source,
      number,
    ]);
  }

  /** The newest losses first, in the order of the subjects; one more than is shown, where there are more. */
  async findings(): Promise<readonly KeptFinding[]> {
    const rows = await this.database.query<Omit<KeptFinding, 'contract'> & { contract: ContractId | null }>(
      `SELECT source, number, kind, subject, contract, detail, at FROM loss_findings
       ORDER BY number DESC, source, kind, subject LIMIT $1`,
      [FINDINGS_SHOWN + 1],
    );
    return rows.map(({ contract, ...row }) => ({ ...row, ...(contract !== null && { contract }) }));
  }
}

/** Keeps what a loss left for a person; what was found before stays as it was. */
export async function keepFindings(
  sql: Sql,
  { source, number }: LossKey,
  findings: readonly LossFinding[],
): Promise<void> {
  if (findings.length === 0) return;
  await sql.execute(
    `INSERT INTO loss_findings (source, number, kind, subject, contract, detail)
     SELECT $1, $2, kind, subject, contract, detail
     FROM unnest($3::text[], $4::text[], $5::text[], $6::text[]) AS found (kind, subject, contract, detail)
     ON CONFLICT DO NOTHING`,
    [
      source,
      number,
      findings.map(({ kind }) => kind),
      findings.map(({ subject }) => subject),
      findings.map(({ contract }) => contract ?? null),
      findings.map(({ detail }) => detail),
    ],
  );
}
