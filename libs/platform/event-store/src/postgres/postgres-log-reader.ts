import type { Database, Sql } from '@smartkey/database';
import type { RecordedEvent } from '@smartkey/kernel';
import type {
  ChainedEvent,
  EventStore,
  LeafPage,
  LogPage,
  ReadAllOptions,
  ReadStreamOptions,
  StoredPage,
  StreamPlace,
} from '../event-store.port.ts';
import { ZERO_HASH } from '../hash-chain/event-hash.ts';
import type { ChainBreak, ChainLink } from '../hash-chain/verify-stream.ts';
import { anchorOf, type Anchor } from '../went-back/anchor.ts';
import { endsBefore } from './ends-before.ts';
import { selectEvents } from './event-rows.ts';
import { irregularEvents } from './irregular-events.ts';
import { readLeaves } from './read-leaves.ts';
import { readPage } from './read-page.ts';
import { readStoredPage } from './read-stored-page.ts';

/** What an event store only reads. */
type Reading = Omit<
  EventStore,
  'append' | 'appendMany' | 'appendTogether' | 'appendRestored' | 'raiseFence' | 'onAppended' | 'standing'
>;

/** The log in a schema of PostgreSQL, as it is read. */
export class PostgresLogReader implements Reading {
  constructor(protected readonly database: Database) {}

  readStream(stream: string, options: ReadStreamOptions = {}): Promise<readonly RecordedEvent[]> {
    const { from, limit = null, direction = 'forwards' } = options;
    return direction === 'forwards'
      ? selectEvents(this.database, 'stream = $1 AND revision >= $2 ORDER BY revision LIMIT $3', [
          stream,
          from ?? 0,
          limit,
        ])
      : selectEvents(
          this.database,
          'stream = $1 AND revision <= $2::integer ORDER BY revision DESC LIMIT $3',
          [stream, from ?? 2 ** 31 - 1, limit],
        );
  }

  async readStreams(streams: readonly string[]): Promise<readonly (readonly RecordedEvent[])[]> {
    const byStream = new Map<string, RecordedEvent[]>(streams.map((stream) => [stream, []]));
    const events = await selectEvents(this.database, 'stream = ANY ($1::text[]) ORDER BY stream, revision', [
      [...byStream.keys()],
    ]);
    for (const event of events) byStream.get(event.stream)!.push(event);
    return streams.map((stream) => byStream.get(stream)!);
  }

  readAll({ after, limit, event }: ReadAllOptions): Promise<LogPage> {
    return readPage(this.database, after, limit, event);
  }

  async holds(anchors: readonly Anchor[]): Promise<readonly boolean[]> {
    if (anchors.length === 0) return [];
    const rows = await this.database.query<{ position: bigint; id: string; hash: string }>(
      `SELECT position, id, encode(hash, 'hex') AS hash FROM event_log WHERE position = ANY ($1::bigint[])`,
      [anchors.map(({ position }) => position)],
    );
    const found = new Map(rows.map((row) => [row.position, row]));
    return anchors.map(({ position, id, hash }) => {
      const row = found.get(position);
      return row !== undefined && row.id === id && row.hash === hash;
    });
  }

  last(): Promise<Anchor | undefined> {
    return lastIn(this.database);
  }

  async eventsAt(positions: readonly bigint[]): Promise<readonly ChainedEvent[]> {
    const events = await selectEvents(this.database, 'position = ANY($1::bigint[]) ORDER BY position', [
      positions,
    ]);
    const before = await this.database.query<{ position: bigint; hash: string }>(
      `SELECT a.position, encode(p.hash, 'hex') AS hash
       FROM unnest($1::bigint[], $2::text[], $3::integer[]) AS a (position, stream, revision)
       CROSS JOIN LATERAL (
         SELECT l.hash FROM event_log l WHERE l.stream = a.stream AND l.revision = a.revision - 1 OFFSET 0
       ) AS p`,
      [
        events.map(({ position }) => position),
        events.map(({ stream }) => stream),
        events.map(({ revision }) => revision),
      ],
    );
    const hashes = new Map(before.map(({ position, hash }) => [position, hash]));
    return events.map((event) => ({ event, previous: hashes.get(event.position) ?? ZERO_HASH }));
  }

  async unsettled({
    after,
    limit,
  }: {
    readonly after: bigint;
    readonly limit: number;
  }): Promise<readonly ChainedEvent[]> {
    const rows = await this.database.query<{ position: bigint }>(
      'SELECT position FROM event_log WHERE position > $1 ORDER BY position LIMIT $2',
      [after, limit],
    );
    return rows.length === 0 ? [] : this.eventsAt(rows.map(({ position }) => position));
  }

  async findEvent(id: string): Promise<RecordedEvent | undefined> {
    return (await selectEvents(this.database, 'id = $1', [id]))[0];
  }

  async settledPosition(): Promise<bigint> {
    const [row] = await this.database.query<{ settled: bigint | null }>(
      'SELECT max(position) AS settled FROM event_log WHERE position <= settled_position()',
    );
    return row!.settled ?? 0n;
  }

  async lastPosition(): Promise<bigint> {
    const [row] = await this.database.query<{ last: bigint | null }>(
      'SELECT max(position) AS last FROM event_log',
    );
    return row!.last ?? 0n;
  }

  readLeaves({ after, limit }: { readonly after: bigint; readonly limit: number }): Promise<LeafPage> {
    return readLeaves(this.database, after, limit);
  }

  readAsStored({ after, limit }: { readonly after: bigint; readonly limit: number }): Promise<StoredPage> {
    return readStoredPage(this.database, after, limit);
  }

  endsBefore(position: bigint, places: readonly StreamPlace[]): Promise<readonly (ChainLink | undefined)[]> {
    return endsBefore(this.database, position, places);
  }

  irregular(after: bigint): Promise<readonly ChainBreak[]> {
    return irregularEvents(this.database, after);
  }
}

/** The event at the end of the log. */
export async function lastIn(sql: Sql): Promise<Anchor | undefined> {
  const [event] = await selectEvents(sql, 'true ORDER BY position DESC LIMIT 1', []);
  return event && anchorOf(event);
}
