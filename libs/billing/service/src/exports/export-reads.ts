import type { JstDay } from '@smartkey/calendar';
import type { Sql } from '@smartkey/database';
import type { ExportId, Instant } from '@smartkey/kernel';
import type { ProjectionReader } from '@smartkey/projections';
import type { ExportFiles } from './export-files.ts';
import type { ExportProgressStore } from './export-progress.store.ts';
import { takenBy } from './selected-documents.query.ts';
import { exportView, type ExportView, type ToldExport } from './export-view.ts';

interface Row extends Pick<ToldExport, 'state' | 'content' | 'requestedAt'> {
  readonly id: string;
  readonly endedAt: Instant | null;
  readonly on: JstDay | null;
  readonly externalId: string | null;
  /** That were acknowledged by number. */
  readonly documents: number;
}

const ROWS = `select export.id, state, content, requested_at as "requestedAt", ended_at as "endedAt",
    file.on_day as "on", file.external_id as "externalId",
    (select count(*)::integer from export_acknowledged_document as document where document.export = export.id) as documents
  from export left join export_acknowledged as file on file.export = export.id`;

/** A finished export, of a document that stands in it. */
export interface ExportOfDocument {
  readonly id: ExportId;
  readonly number: number;
  readonly format: string;
  readonly exportedAt: Instant;
  readonly acknowledgedOn: JstDay | null;
  readonly externalId: string | null;
}

/** Which exports hold a document: `$1` is its number. */
const HOLDS = `export.state = 'finished' and ${takenBy({
  behind: 'export.behind',
  upTo: 'export.up_to',
  month: 'export.month',
  since: 'export.since',
  claims: 'export.except_claims',
})}`;

/** Exports as the books show them. */
export class ExportReads {
  constructor(
    readonly documents: ProjectionReader,
    private readonly progress: ExportProgressStore,
    private readonly files: ExportFiles,
  ) {}

  /** @returns undefined where there is no such export. */
  async find(id: ExportId): Promise<ExportView | undefined> {
    const [view] = await this.#views(await this.#sql(), 'where export.id = $1', [id]);
    return view;
  }

  /** The newest first, before one of them. */
  async page(before: number | undefined, limit: number, month?: string): Promise<readonly ExportView[]> {
    return this.#views(
      await this.#sql(),
      `where ($1::integer is null or export.number < $1) and ($2::text is null or content->>'month' = $2)
       order by export.number desc limit $3::integer`,
      [before ?? null, month ?? null, limit],
    );
  }

  /** The bytes of a finished export. */
  file(id: string): AsyncIterable<Uint8Array> {
    return this.files.read(id);
  }

  /** Of documents, those that an export holds. */
  async heldBy(id: string, numbers: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.documents.sql.query<{ number: string }>(
      `select document.number from document, export where export.id = $1 and document.number = any($2::text[]) and ${HOLDS}`,
      [id, numbers],
    );
    return new Set(rows.map(({ number }) => number));
  }

  /** The exports that hold a document, the newest first, and what ERPs have said of it, or of the whole file. */
  async holding(number: string): Promise<readonly ExportOfDocument[]> {
    return (await this.#sql()).query<ExportOfDocument>(
      `select export.id, export.number, export.format, export.ended_at as "exportedAt",
         coalesce(said.on_day, file.on_day) as "acknowledgedOn", said.external_id as "externalId"
       from document, export
         left join export_acknowledged_document as said on said.export = export.id and said.number = $1
         left join export_acknowledged as file on file.export = export.id
       where document.number = $1 and ${HOLDS} order by export.number desc limit 100`,
      [number],
    );
  }

  async #sql(): Promise<Sql> {
    await this.documents.current();
    return this.documents.sql;
  }

  async #views(sql: Sql, where: string, parameters: readonly unknown[]): Promise<readonly ExportView[]> {
    const rows = await sql.query<Row>(`${ROWS} ${where}`, parameters);
    return Promise.all(rows.map((row) => this.#viewOf(row)));
  }

  async #viewOf({ id, endedAt, on, externalId, documents, ...told }: Row): Promise<ExportView> {
    const progress = told.state === 'running' ? await this.progress.find(id) : undefined;
    return exportView({
      ...told,
      ...(endedAt !== null && { endedAt }),
      ...(progress && { progress }),
      ...((on !== null || documents > 0) && {
        acknowledgement: {
          ...(on !== null && { on }),
          ...(externalId !== null && { externalId }),
          documents,
        },
      }),
    });
  }
}
