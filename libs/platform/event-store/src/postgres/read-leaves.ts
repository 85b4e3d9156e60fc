import { prepared, type Sql } from '@smartkey/database';
import type { LeafEvent, LeafPage } from '../event-store.port.ts';
import { pageEnd } from './read-page.ts';

/** As `readPage` reads a page of the log, without what events say. */
const PAGE = prepared(
  'log_leaf_page',
  `SELECT (
     SELECT '[' || string_agg(
       concat('["', position, '",', to_json(stream), ',', revision, ',"', encode(hash, 'hex'), '"]'), ',') || ']'
     FROM (SELECT position, stream, revision, hash FROM event_log WHERE position > $1 ORDER BY position LIMIT $2) e
     WHERE position <= settled
   ) AS page
   FROM (SELECT settled_position() AS settled OFFSET 0) s`,
);

type Fields = [position: string, stream: string, revision: number, hash: string];

const leafOf = ([position, stream, revision, hash]: Fields): LeafEvent => ({
  position: BigInt(position),
  stream,
  revision,
  hash,
});

export async function readLeaves(sql: Sql, after: bigint, limit: number): Promise<LeafPage> {
  const [row] = await sql.query<{ page: string | null }>(PAGE, [after, limit]);
  const events = row!.page === null ? [] : (JSON.parse(row!.page) as Fields[]).map(leafOf);
  return { events, upTo: pageEnd(events, after) };
}
