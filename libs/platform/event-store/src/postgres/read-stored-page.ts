import { prepared, type Sql } from '@smartkey/database';
import type { EventMetadata } from '@smartkey/kernel';
import type { StoredPage } from '../event-store.port.ts';
import type { ChainBreak } from '../hash-chain/verify-stream.ts';
import { instantOfText } from './instant-of-text.ts';
import { hasPartsOfMillisecond, hasPointInNumber, irregularOf } from './irregular-events.ts';
import { pageEnd } from './read-page.ts';

/** A page of the log as `readPage` reads it, with data and metadata as the text that is stored: a line each, for JSON has no line break within. */
const PAGE = prepared(
  'log_stored_page',
  `SELECT heads, bodies
   FROM (SELECT settled_position() AS settled OFFSET 0) s, LATERAL (
     SELECT '[' || string_agg(
         concat('["', position, '",', to_json(stream), ',', revision, ',"', id, '",', to_json(type), ',', version,
           ',"', occurred_at, '","', recorded_at, '","', encode(hash, 'hex'), '"]'),
         ',') || ']' AS heads,
       string_agg(concat(data, E'\\n', metadata), E'\\n') AS bodies
     FROM (SELECT * FROM event_log WHERE position > $1 ORDER BY position LIMIT $2) e
     WHERE position <= settled
   ) page`,
);

interface PageRow {
  readonly heads: string | null;
  readonly bodies: string | null;
}

type Head = [
  position: string,
  stream: string,
  revision: number,
  id: string,
  type: string,
  version: number,
  occurredAt: string,
  recordedAt: string,
  hash: string,
];

export async function readStoredPage(sql: Sql, after: bigint, limit: number): Promise<StoredPage> {
  const [row] = await sql.query<PageRow>(PAGE, [after, limit]);
  const { heads, bodies } = row!;
  const irregular: ChainBreak[] = [];
  const texts = (bodies ?? '').split('\n');
  const events = ((heads === null ? [] : JSON.parse(heads)) as Head[]).map((head, n) => {
    const [position, stream, revision, id, type, version, occurredAt, recordedAt, hash] = head;
    const [data, metadata] = [texts[2 * n]!, texts[2 * n + 1]!];
    if (hasPartsOfMillisecond(occurredAt) || hasPartsOfMillisecond(recordedAt))
      irregular.push(irregularOf({ stream, revision }, 'instant'));
    else if (hasPointInNumber(data) || hasPointInNumber(metadata))
      irregular.push(irregularOf({ stream, revision }, 'number'));
    return {
      position: BigInt(position),
      stream,
      revision,
      id,
      type,
      version,
      data: JSON.parse(data) as object,
      metadata: JSON.parse(metadata) as EventMetadata,
      occurredAt: instantOfText(occurredAt),
      recordedAt: instantOfText(recordedAt),
      hash,
    };
  });
  return { events, upTo: pageEnd(events, after), irregular };
}
