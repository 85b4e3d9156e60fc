import type { Markup } from 'preact';
import { useSurroundings } from '../pages/surroundings.ts';
import { PER_PAGE } from '../visit/query.ts';

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
  /** What to say, and what to do next, where there is none; a sentence alone is a paragraph. */
  readonly empty: Markup;
  /** Of one page of a long list: where the next begins, null after the last. The way there stands below the rows. */
  readonly nextCursor?: string | null;
}

const Cell = <Row,>({ column, row }: { readonly column: Column<Row>; readonly row: Row }) =>
  column.names === true ? (
    <th scope="row" class={column.number === true ? 'numeric' : undefined}>
      {column.cell(row)}
    </th>
  ) : (
    <td class={column.number === true ? 'numeric' : undefined}>{column.cell(row)}</td>
  );

/** Rows under a head that stays in sight; wider than the screen it scrolls by itself, also by keyboard. Without rows: why, and the next step. */
export const Table = <Row,>({ nextCursor, ...shown }: TableProps<Row>) => (
  <>
    {shown.rows.length === 0 ? <Empty>{shown.empty}</Empty> : <Rows {...shown} />}
    {nextCursor !== undefined && <Pager nextCursor={nextCursor} />}
  </>
);

const Empty = ({ children }: { readonly children?: Markup }) => (
  <div class="empty">{typeof children === 'string' && children !== '' ? <p>{children}</p> : children}</div>
);

function Rows<Row>({ caption, columns, rows }: Omit<TableProps<Row>, 'nextCursor'>) {
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

/** The way through a long list: by its places, never by pages that are counted. */
export function Pager({ nextCursor }: { readonly nextCursor: string | null }) {
  const { t, path, query } = useSurroundings();
  const later = query.has('cursor');
  if (!later && nextCursor === null) return null;
  const first = new URLSearchParams(query);
  first.delete('cursor');
  const next = new URLSearchParams(query);
  if (typeof nextCursor === 'string') next.set('cursor', nextCursor);
  return (
    <nav class="pager" aria-label={t('ページ送り', 'Pages')}>
      {later && <a href={`${path}${first.size > 0 ? `?${first}` : ''}`}>{t('最初へ', 'First')}</a>}
      {typeof nextCursor === 'string' && (
        <a href={`${path}?${next}`}>{t(`次の${PER_PAGE}件`, `Next ${PER_PAGE}`)}</a>
      )}
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
