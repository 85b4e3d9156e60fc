import { hasTable, type Database } from '@smartkey/database';
import { neededKey, type NeededRow } from '@smartkey/event-store';
import { gatewayNeeds } from '@smartkey/gateway-service';
import type { RecordedEvent } from '@smartkey/kernel';
import { logKeepingForms } from '@smartkey/transparency';
import { DEFINITIONS } from '../data/definitions.ts';

/** The rows beside its log that a service cannot do without, besides what any log says of itself; undefined where its events have all in them. */
export const needsOf = (service: string): ((event: RecordedEvent) => readonly NeededRow[]) | undefined =>
  service === 'gateway' ? gatewayNeeds : DEFINITIONS.find(({ name }) => name === service)?.needs;

/** Rows of one table that events need and that are not there. */
export interface MissingRows {
  readonly table: string;
  readonly rows: number;
  /** The first of the events that need one. */
  readonly event: Pick<RecordedEvent, 'stream' | 'revision' | 'type'>;
}

/** Looks page by page whether what the events of a log need is there. */
export class NeededRows {
  readonly #missing = new Map<string, MissingRows>();

  constructor(
    private readonly service: string,
    private readonly database: Database,
  ) {}

  get missing(): readonly MissingRows[] {
    return [...this.#missing.values()];
  }

  async take(events: readonly RecordedEvent[]): Promise<void> {
    const needs = (event: RecordedEvent): readonly NeededRow[] => [
      ...neededKey(event, logKeepingForms),
      ...(needsOf(this.service)?.(event) ?? []),
    ];
    const tables = new Map<string, { readonly column: string; readonly rows: Map<string, Needed> }>();
    for (const event of events)
      for (const { table, column, value, subject } of needs(event)) {
        const its = tables.get(table) ?? { column, rows: new Map<string, Needed>() };
        tables.set(table, its);
        if (!its.rows.has(value)) its.rows.set(value, { event, subject: subject ?? '' });
      }
    for (const [table, { column, rows }] of tables) await this.#look(table, column, rows);
  }

  async #look(table: string, column: string, rows: ReadonlyMap<string, Needed>): Promise<void> {
    const lacking = await this.#lacking(table, column, rows);
    if (lacking.length === 0) return;
    const { stream, revision, type } = rows.get(lacking[0]!)!.event;
    const before = this.#missing.get(table);
    this.#missing.set(table, {
      table,
      rows: (before?.rows ?? 0) + lacking.length,
      event: before?.event ?? { stream, revision, type },
    });
  }

  async #lacking(
    table: string,
    column: string,
    rows: ReadonlyMap<string, Needed>,
  ): Promise<readonly string[]> {
    const values = [...rows.keys()];
    if (!(await hasTable(this.database, table))) return values;
    const found = await this.database.query<{ value: string }>(
      `SELECT asked.value FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (value, subject, n)
       WHERE NOT EXISTS (SELECT 1 FROM ${table} t WHERE t.${column}::text = asked.value)
         AND NOT EXISTS (SELECT 1 FROM subject_keys k WHERE k.subject = asked.subject AND k.erased_at IS NOT NULL)
       ORDER BY asked.n`,
      [values, values.map((value) => rows.get(value)!.subject)],
    );
    return found.map(({ value }) => value);
  }
}

interface Needed {
  readonly event: RecordedEvent;
  readonly subject: string;
}
