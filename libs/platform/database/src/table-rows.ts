import type { Sql } from './database.port.ts';
import { prepared } from './prepared.ts';

type ColumnType = 'text' | 'integer' | 'bigint' | 'boolean' | 'timestamptz' | 'uuid' | 'jsonb';

interface TableRowsOptions<Column> {
  /** Where a row of the key is there: `skip` leaves it as it is; of a key by its columns, all others are written over. */
  readonly onConflict?: 'skip' | readonly Column[];
  /** Of the prepared statement, for rows that come all the time. */
  readonly statement?: string;
}

/** Rows of a table, written many at once by one statement: a list of values for each column. What is `jsonb` is given as it is. */
export class TableRows<Column extends string> {
  readonly #columns: readonly (readonly [Column, ColumnType])[];
  readonly #text: string;

  constructor(
    table: string,
    columns: Readonly<Record<Column, ColumnType>>,
    { onConflict, statement }: TableRowsOptions<NoInfer<Column>> = {},
  ) {
    this.#columns = Object.entries(columns) as [Column, ColumnType][];
    const names = Object.keys(columns).join(', ');
    const lists = this.#columns.map(([, type], at) => `$${at + 1}::${type === 'jsonb' ? 'text' : type}[]`);
    const values = this.#columns.map(([column, type]) => (type === 'jsonb' ? `${column}::jsonb` : column));
    const text = `insert into ${table} (${names}) select ${values.join(', ')}
      from unnest(${lists.join(', ')}) as told (${names}) ${this.#resolving(onConflict)}`;
    this.#text = statement === undefined ? text : prepared(statement, text);
  }

  /** @returns how many rows were written. */
  async insert(sql: Sql, rows: readonly Readonly<Record<Column, unknown>>[]): Promise<number> {
    if (rows.length === 0) return 0;
    return sql.execute(
      this.#text,
      this.#columns.map(([column, type]) =>
        type === 'jsonb'
          ? rows.map((row) => JSON.stringify(row[column]))
          : rows.map((row) => row[column] ?? null),
      ),
    );
  }

  #resolving(onConflict: TableRowsOptions<Column>['onConflict']): string {
    if (onConflict === undefined) return '';
    if (onConflict === 'skip') return 'on conflict do nothing';
    const others = this.#columns.filter(([column]) => !onConflict.includes(column));
    const overwritten = others.map(([column]) => `${column} = excluded.${column}`);
    return `on conflict (${onConflict.join(', ')}) do update set ${overwritten.join(', ')}`;
  }
}
