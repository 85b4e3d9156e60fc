import type { Sql } from '@smartkey/database';
import { type Message, type MessageJson, messageFromJson, messageToJson } from '@smartkey/event-bus';
import type { Instant } from '@smartkey/kernel';
import type { MarkKey, Marks } from '../marks/marks.ts';
import type { ParkedStream } from '../projection-reader.ts';
import { quoted } from '../projection-tables.ts';

/** The streams that wait behind a message that could not be applied, in the service's own schema. */
export class Parking {
  readonly #table: string;

  constructor(private readonly marks: Marks) {
    this.#table = `${quoted(marks.database.searchPath[0]!)}.projection_parked`;
  }

  /** Those of the streams that are parked. */
  async parkedAmong(tx: Sql, key: MarkKey, streams: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ stream: string }>(
      `select distinct stream from ${this.#table}
       where consumer = $1 and source = $2 and stream = any($3::text[])`,
      [key.consumer, key.source, streams],
    );
    return new Set(rows.map((row) => row.stream));
  }

  /** Parks the stream of a message that failed. */
  async park(tx: Sql, key: MarkKey, message: Message, error: string, at: Instant): Promise<void> {
    await this.#insert(tx, key, [message], error, at);
    await this.marks.countParked(tx, key, 1);
  }

  /** Lets messages of parked streams wait behind those before them. */
  async join(tx: Sql, key: MarkKey, messages: readonly Message[], at: Instant): Promise<void> {
    await this.#insert(tx, key, messages, null, at);
  }

  /** The first messages that wait in a stream, in order. */
  async waiting(tx: Sql, key: MarkKey, stream: string, limit: number): Promise<readonly Message[]> {
    const rows = await tx.query<{ message: MessageJson }>(
      `select message from ${this.#table} where consumer = $1 and source = $2 and stream = $3
       order by position limit $4`,
      [key.consumer, key.source, stream, limit],
    );
    return rows.map((row) => messageFromJson(row.message));
  }

  /** Takes applied messages out. @returns whether the stream is free again. */
  async release(tx: Sql, key: MarkKey, stream: string, upTo: bigint): Promise<boolean> {
    await tx.execute(
      `delete from ${this.#table} where consumer = $1 and source = $2 and stream = $3 and position <= $4`,
      [key.consumer, key.source, stream, upTo],
    );
    const free = (await this.parkedAmong(tx, key, [stream])).size === 0;
    if (free) await this.marks.countParked(tx, key, -1);
    return free;
  }

  /** Notes on the first message of a stream why it failed once more. */
  async failedAgain(tx: Sql, key: MarkKey, message: Message, error: string): Promise<void> {
    await tx.execute(
      `update ${this.#table} set error = $4 where consumer = $1 and source = $2 and position = $3`,
      [key.consumer, key.source, message.position, error],
    );
  }

  /** The parked streams of one generation of a projection, the longest parked first. */
  async list(
    projection: string,
    generation: string,
    sql: Sql = this.marks.database,
  ): Promise<readonly ParkedStream[]> {
    const rows = await sql.query<Omit<ParkedStream, 'contract' | 'projection'> & { contract: string | null }>(
      `select source, stream, max(contract) as contract, min(revision) as revision,
              count(*)::integer as waiting, coalesce((array_agg(error order by position))[1], '') as error,
              min(parked_at) as "parkedAt"
       from ${this.#table} where consumer = $1 group by source, stream order by min(position)`,
      [generation],
    );
    return rows.map(({ contract, ...row }) => ({
      projection,
      ...row,
      ...(contract === null ? {} : { contract }),
    }));
  }

  async #insert(
    tx: Sql,
    key: MarkKey,
    messages: readonly Message[],
    error: string | null,
    at: Instant,
  ): Promise<void> {
    await tx.execute(
      `insert into ${this.#table}
         (consumer, source, partition, position, stream, revision, contract, message, error, parked_at)
       select $1, $2, $3, m.position, m.stream, m.revision, m.contract, m.message::jsonb, $9, $10::timestamptz
       from unnest($4::bigint[], $5::text[], $6::integer[], $7::text[], $8::text[])
         as m (position, stream, revision, contract, message)`,
      [
        key.consumer,
        key.source,
        key.partition,
        messages.map((message) => message.position),
        messages.map((message) => message.stream),
        messages.map((message) => message.revision),
        messages.map((message) => message.contract ?? null),
        messages.map((message) => JSON.stringify(messageToJson(message))),
        error,
        at,
      ],
    );
  }
}
