import type { Markup } from 'preact';
import type { Told } from '../visit/language.ts';

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => Markup;
  /** Numbers stand at the right. */
  readonly number?: boolean;
  /** The cell that names the row. */
  readonly names?: boolean;
}

interface TableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** What to say, and what to do next, where there is none. */
  readonly empty: Markup;
}

const Cell = <Row,>({ column, row }: { readonly column: Column<Row>; readonly row: Row }) =>
  column.names === true ? (
    <th scope="row" class={column.number === true ? 'numeric' : undefined}>
      {column.cell(row)}
    </th>
  ) : (
    <td class={column.number === true ? 'numeric' : undefined}>{column.cell(row)}</td>
  );

/** Rows under a head that stays in sight; wider than the screen it scrolls by itself, also by keyboard. */
export function Table<Row>({ caption, columns, rows, empty }: TableProps<Row>) {
  if (rows.length === 0) return <Empty>{empty}</Empty>;
  return (
    <div class="table-frame" role="region" aria-label={caption} tabIndex={0}>
      <table>
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.head} scope="col" class={column.number === true ? 'numeric' : undefined}>
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {columns.map((column) => (
                <Cell key={column.head} column={column} row={row} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Nothing is there yet: why, and the next step. */
const Empty = ({ children }: { readonly children?: Markup }) => <div class="empty">{children}</div>;

/** The way through a long list: by its places, never by pages that are counted. */
export function Pager({
  t,
  path,
  query,
  nextCursor,
}: {
  readonly t: Told;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly nextCursor: string | null | undefined;
}) {
  const later = query.has('cursor');
  if (!later && (nextCursor === null || nextCursor === undefined)) return null;
  const first = new URLSearchParams(query);
  first.delete('cursor');
  const next = new URLSearchParams(query);
  if (typeof nextCursor === 'string') next.set('cursor', nextCursor);
  return (
    <nav class="pager" aria-label={t('ページ送り', 'Pages')}>
      {later && <a href={`${path}${first.size > 0 ? `?${first}` : ''}`}>{t('最初へ', 'First')}</a>}
      {typeof nextCursor === 'string' && <a href={`${path}?${next}`}>{t('次の50件', 'Next 50')}</a>}
    </nav>
  );
}

/** Names and what they stand for. */
export const Facts = ({
  facts,
}: {
  readonly facts: readonly (readonly [string, Markup] | null | false | undefined)[];
}) => (
  <dl class="facts">
    {facts.map((fact) =>
      fact === null || fact === false || fact === undefined ? null : (
        <div key={fact[0]}>
          <dt>{fact[0]}</dt>
          <dd>{fact[1]}</dd>
        </div>
      ),
    )}
  </dl>
);

/** A part of a page under a heading of its own. */
export const Panel = ({
  title,
  children,
  actions,
}: {
  readonly title: string;
  readonly children?: Markup;
  readonly actions?: Markup;
}) => (
  <section class="panel">
    <div class="panel-head">
      <h2>{title}</h2>
      {actions !== undefined && <div class="actions">{actions}</div>}
    </div>
    {children}
  </section>
);
