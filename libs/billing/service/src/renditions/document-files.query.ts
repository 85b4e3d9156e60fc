import type { Sql } from '@smartkey/database';
import type { Instant } from '@smartkey/kernel';

/** What a document can be had as: its files, and the statement of its accounts. */
export const RENDITION_KINDS = ['pdf', 'jp-pint', 'statement'] as const;
export type RenditionKind = (typeof RENDITION_KINDS)[number];

/** A document in the order of issue. */
export interface DocumentAt {
  readonly number: string;
  readonly position: bigint;
}

/** The next documents behind a position of the log. */
export const documentsBehind = (sql: Sql, position: bigint, limit: number): Promise<readonly DocumentAt[]> =>
  sql.query<DocumentAt>(
    'select number, position from document where position > $1::bigint order by position limit $2::integer',
    [position, limit],
  );

/** How many documents lie behind a position. */
export async function countBehind(sql: Sql, position: bigint): Promise<number> {
  const [row] = await sql.query<{ documents: number }>(
    'select count(*)::integer as documents from document where position > $1::bigint',
    [position],
  );
  return row!.documents;
}

/** A file that is there, as its event told it. */
export interface FileThere {
  readonly number: string;
  readonly kind: RenditionKind;
  readonly renderedAt: Instant;
  readonly content: {
    readonly mediaType?: string;
    readonly bytes?: number;
    readonly sha256?: string;
    readonly templateVersion?: string;
    readonly jpPintVersion?: string;
    readonly rows?: number;
    readonly root?: string;
  };
}

/** The files of documents that are there. */
export const filesThere = (sql: Sql, numbers: readonly string[]): Promise<readonly FileThere[]> =>
  sql.query<FileThere>(
    'select number, kind, rendered_at as "renderedAt", content from document_file where number = any($1::text[])',
    [numbers],
  );

/** A part of the log, its begin not included. */
export interface LogSpan {
  readonly from: bigint;
  /** `null`: to its end. */
  readonly to: bigint | null;
}

/** Where the documents of a run lie: behind its request and behind the run before it, up to its own end. */
export async function spanOfRun(sql: Sql, run: string): Promise<LogSpan | undefined> {
  const [row] = await sql.query<{ from: bigint; to: bigint | null }>(
    `select greatest(own.requested, coalesce((
         select max(before.finished) from close_run_span as before
         where before.run <> own.run and before.finished < coalesce(own.finished, 9223372036854775807)
       ), 0)) as "from", own.finished as "to"
     from close_run_span as own where run = $1`,
    [run],
  );
  return row;
}

export type Counts = Readonly<Record<RenditionKind, number>>;

const OF_RUN = `document.kind <> 'credit-note' and position > $1::bigint and ($2::bigint is null or position <= $2)`;

/** What the documents of a run are to have, and what is there; credit notes are of no run. */
export async function countFiles(
  sql: Sql,
  { from, to }: LogSpan,
): Promise<{ readonly total: Counts; readonly rendered: Counts }> {
  const [total] = await sql.query<Counts>(
    `select count(*)::integer as pdf, (count(*) filter (where jp_pint))::integer as "jp-pint",
       (count(*) filter (where statement))::integer as statement
     from document where ${OF_RUN}`,
    [from, to],
  );
  const [rendered] = await sql.query<Counts>(
    `select ${RENDITION_KINDS.map((kind) => `(count(*) filter (where file.kind = '${kind}'))::integer as "${kind}"`).join(', ')}
     from document join document_file as file using (number) where ${OF_RUN}`,
    [from, to],
  );
  return { total: total!, rendered: rendered! };
}
