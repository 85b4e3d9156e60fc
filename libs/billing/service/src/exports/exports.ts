import {
  CANONICAL_SCHEMA,
  exportLog,
  type ExportContent,
  type ExportLog,
  type InvoiceExported,
} from '@smartkey/billing-domain';
import type { Database, Sql } from '@smartkey/database';
import { CommandHandler, EventCodec, type CommandContext, type EventStore } from '@smartkey/event-store';
import { newId } from '@smartkey/identity';
import {
  type Instant,
  ok,
  type RecordedEvent,
  type Rejection,
  type Result,
  type ExportId,
} from '@smartkey/kernel';
import { csvRowsOf } from '../invoices/invoice-csv.ts';
import { InvoiceLog, type LoggedInvoice } from '../log/invoice-log.ts';
import { storedExports } from '../log/stored-events.ts';
import type { BillingReads } from '../shared/billing-reads.ts';
import { Turns } from '../shared/turns.ts';
import { exportView, type ExportView } from './export-view.ts';
import type { ExportForm } from './export.forms.ts';
import { ExportFiles } from './export-files.ts';

/** Documents looked up at once. */
const PAGE = 200;

export interface MadeExport {
  readonly view: ExportView;
  readonly revision: number;
  readonly position: bigint;
}

/** Files for ERPs. Each is an event with the hash of its bytes, and the bytes are kept: a download is the same each time. */
export class Exports {
  readonly #handler: CommandHandler<ExportLog, ExportContent, InvoiceExported>;
  readonly #files: ExportFiles;

  constructor(
    private readonly reads: BillingReads,
    database: Database,
    private readonly invoices: InvoiceLog,
    private readonly store: EventStore,
  ) {
    this.#files = new ExportFiles(database);
    const codec = new EventCodec<InvoiceExported>(storedExports);
    this.#handler = new CommandHandler({
      store,
      clock: reads.clock,
      codec,
      decider: exportLog,
      category: 'exports',
    });
  }

  async make(form: ExportForm, context: CommandContext): Promise<Result<MadeExport, Rejection>> {
    const { series } = this.reads.settings;
    const former = context.repeatable === true ? await this.#madeBy(series, context.commandId) : undefined;
    if (former !== undefined) return ok(madeOf(former));
    const id = newId('exp', this.reads.clock.now());
    // The file first: an event promises bytes that are there.
    const content = await this.#written(id, form);
    const handled = await this.#handler.handle(series, context, () => content);
    if (handled.ok) return ok(madeOf(handled.value.events[0]!));
    await this.#files.remove(id);
    return handled;
  }

  /** @returns undefined where there is no such export. */
  async file(
    id: ExportId,
  ): Promise<{ readonly view: ExportView; readonly bytes: AsyncIterable<Uint8Array> } | undefined> {
    const view = await this.find(id);
    return view && { view, bytes: this.#files.read(id) };
  }

  async find(id: ExportId): Promise<ExportView | undefined> {
    const [row] = await this.#rows('where id = $1', [id]);
    return row;
  }

  /** The newest first, before one of them. */
  page(before: number | undefined, limit: number, month?: string): Promise<readonly ExportView[]> {
    return this.#rows(
      `where ($1::integer is null or number < $1) and ($2::text is null or content->>'month' = $2)
       order by number desc limit $3::integer`,
      [before ?? null, month ?? null, limit],
    );
  }

  async #rows(where: string, parameters: readonly unknown[]): Promise<readonly ExportView[]> {
    await this.reads.documents.current();
    const rows = await this.reads.documents.sql.query<{
      content: InvoiceExported['data'];
      exported_at: Instant;
    }>(`select content, exported_at from export ${where}`, parameters);
    return rows.map(({ content, exported_at }) => exportView(content, exported_at));
  }

  async #madeBy(series: string, commandId: string): Promise<(RecordedEvent & InvoiceExported) | undefined> {
    const log = await this.#handler.load(series);
    return log?.events.find((event) => event.metadata.commandId === commandId);
  }

  async #written(id: ExportId, form: ExportForm): Promise<ExportContent> {
    try {
      return await this.#write(id, form);
    } catch (error) {
      await this.#files.remove(id);
      throw error;
    }
  }

  async #write(id: ExportId, form: ExportForm): Promise<ExportContent> {
    const { accountCodes } = this.reads.settings;
    const encoding = form.encoding ?? 'utf-8-bom';
    const file = this.#files.write(id, encoding);
    const turns = new Turns();
    let [documents, rows] = [0, 0];
    let first: string | undefined;
    let last: string | undefined;
    for await (const logged of this.#documents(form)) {
      const lines = csvRowsOf(logged, id, accountCodes);
      await file.append(lines);
      documents += 1;
      rows += lines.length;
      last = logged.invoice.number;
      first ??= last;
      await turns.next();
    }
    const written = await file.end();
    return {
      export: id,
      month: form.month,
      format: form.format,
      encoding,
      schemaVersion: CANONICAL_SCHEMA,
      ...(form.since !== undefined && { since: form.since }),
      documents,
      ...(first !== undefined && last !== undefined && { first, last }),
      rows,
      ...written,
    };
  }

  /** The month's documents in the order of issue, straight from the log; the read model only says where they are. */
  async *#documents({ month, since }: ExportForm): AsyncGenerator<LoggedInvoice> {
    const { documents } = this.reads;
    await documents.reached('billing', await this.store.settledPosition(), 60_000);
    let after = 0n;
    for (;;) {
      const rows = await monthPage(documents.sql, month, since, after);
      yield* await this.invoices.findMany(rows.map(({ number }) => number));
      if (rows.length < PAGE) return;
      after = rows.at(-1)!.position;
    }
  }
}

const monthPage = (
  sql: Sql,
  month: string,
  since: string | undefined,
  after: bigint,
): Promise<{ readonly number: string; readonly position: bigint }[]> =>
  sql.query(
    `select number, position from document
     where month = $1 and position > $2 and ($3::text is null or issued_on >= $3) order by position limit ${PAGE}`,
    [month, after, since ?? null],
  );

const madeOf = (event: RecordedEvent & InvoiceExported): MadeExport => ({
  view: exportView(event.data, event.occurredAt),
  revision: event.revision,
  position: event.position,
});
