import { createHash } from 'node:crypto';
import type { Database } from '@smartkey/database';
import type { Instant } from '@smartkey/kernel';
import { decodeRecord, type Place } from '../records/cloud-event.codec.ts';
import { UndecodableRecordError } from '../records/undecodable-record-error.ts';

export const UNREADABLE_MIGRATION = {
  id: '0005-unreadable',
  sql: `
    create table unreadable_record (
      id bigint generated always as identity primary key,
      consumer_group text not null,
      topic text not null,
      partition integer not null,
      record_offset bigint not null,
      source text not null,
      partitions integer not null,
      headers jsonb not null,
      value bytea,
      value_bytes integer not null,
      value_sha256 text not null,
      reason text not null,
      found_at timestamptz not null,
      unique (consumer_group, topic, partition, record_offset)
    )`,
} as const;

/** So much of a value is kept; of a longer one its length and digest. */
const MOST_BYTES = 65_536;

/** A record on a topic that could not be read, as a consumer group found it. */
export interface FoundRecord {
  readonly group: string;
  readonly topic: string;
  readonly place: Place;
  readonly offset: bigint;
  /** Texts; a value that is no UTF-8 shows replacement characters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Uint8Array | null;
  readonly reason: string;
}

export interface UnreadableRecord {
  readonly id: bigint;
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly headers: Readonly<Record<string, string>>;
  /** The first 64 KiB; null for a record without a value. */
  readonly value: Uint8Array | null;
  /** Of the whole value. */
  readonly valueBytes: number;
  readonly valueSha256: string;
  readonly reason: string;
  readonly foundAt: Instant;
}

type UnreadableOutline = Pick<UnreadableRecord, 'group' | 'topic' | 'partition' | 'offset' | 'foundAt'>;

interface Row extends UnreadableRecord {
  readonly source: Place['source'];
  readonly partitions: number;
}

const COLUMNS = `id, consumer_group as "group", topic, partition, record_offset as "offset", headers, value,
  value_bytes as "valueBytes", value_sha256 as "valueSha256", reason, found_at as "foundAt", source, partitions`;

/**
 * What one service's consumers could not read, kept until a person has looked at it. It holds nothing up: what the record may have
 * told was taken in from the source's log feed before the consumer went on.
 */
export class UnreadableRecords {
  constructor(private readonly database: Database) {}

  /** Once for each group and offset. */
  async keep(records: readonly FoundRecord[]): Promise<void> {
    for (const { group, topic, place, offset, headers, value, reason } of records)
      await this.database.execute(
        `insert into unreadable_record (consumer_group, topic, partition, record_offset, source, partitions, headers,
           value, value_bytes, value_sha256, reason, found_at)
         values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $11, $12)
         on conflict (consumer_group, topic, partition, record_offset) do nothing`,
        [
          group,
          topic,
          place.partition,
          offset,
          place.source,
          place.of,
          JSON.stringify(headers),
          value === null ? null : value.subarray(0, MOST_BYTES),
          value?.byteLength ?? 0,
          createHash('sha256')
            .update(value ?? new Uint8Array())
            .digest('hex'),
          reason,
          // When a person should have been told: the system's time, for it is no business fact.
          new Date().toISOString(),
        ],
      );
  }

  /** The longest kept first. */
  async list(): Promise<readonly UnreadableRecord[]> {
    return (await this.database.query<Row>(`select ${COLUMNS} from unreadable_record order by id`)).map(
      shown,
    );
  }

  /** Where the first ones lay, without what they hold; the longest kept first. */
  async outline(limit: number): Promise<readonly UnreadableOutline[]> {
    return this.database.query<UnreadableOutline>(
      `select consumer_group as "group", topic, partition, record_offset as "offset", found_at as "foundAt"
       from unreadable_record order by id limit $1`,
      [limit],
    );
  }

  async find(id: bigint): Promise<UnreadableRecord | undefined> {
    const row = await this.#row(id);
    return row === undefined ? undefined : shown(row);
  }

  async counts(): Promise<readonly { readonly group: string; readonly count: number }[]> {
    return this.database.query(
      'select consumer_group as "group", count(*)::integer as count from unreadable_record group by consumer_group',
    );
  }

  /**
   * Reads a record again with this program, and lets it go where that can: what it tells has been taken in from the log.
   * @returns why it still cannot be read; `undefined` where it is gone.
   */
  async retry(id: bigint): Promise<string | undefined> {
    const row = await this.#row(id);
    if (row === undefined) return undefined;
    const reason = reasonOf(row);
    if (reason === undefined) await this.discard(id);
    else await this.database.execute('update unreadable_record set reason = $2 where id = $1', [id, reason]);
    return reason;
  }

  /** @returns whether it was there. */
  async discard(id: bigint): Promise<boolean> {
    return (await this.database.execute('delete from unreadable_record where id = $1', [id])) > 0;
  }

  async #row(id: bigint): Promise<Row | undefined> {
    const [row] = await this.database.query<Row>(`select ${COLUMNS} from unreadable_record where id = $1`, [
      id,
    ]);
    return row;
  }
}

function reasonOf({ headers, value, valueBytes, source, partition, partitions }: Row): string | undefined {
  if (value !== null && value.byteLength < valueBytes)
    return `of its ${valueBytes} bytes only the first are kept`;
  try {
    const record = { headers: { ...headers }, value: value === null ? null : Buffer.from(value) };
    decodeRecord(record, { source, partition, of: partitions });
    return undefined;
  } catch (error) {
    if (!(error instanceof UndecodableRecordError)) throw error;
    return error.message;
  }
}

function shown({ source: _source, partitions: _partitions, ...record }: Row): UnreadableRecord {
  return record;
}
