import type { Database, Sql } from '@smartkey/database';
import { partitionOf, type ServiceName } from '@smartkey/event-bus';
import { type Anchor, anchorToJson } from '@smartkey/event-store';
import type { Instant } from '@smartkey/kernel';
import { quoted } from '../projection-tables.ts';

/** Where one consumer stands on one source. */
export interface ConsumerStanding {
  readonly consumer: string;
  readonly source: ServiceName;
  /** By partition. */
  readonly positions: readonly bigint[];
  /** The promise that all of its partitions have reached; `null` while one knows of none. */
  readonly watermark: Instant | null;
}

/**
 * The marks of one service, to be written anew for another number of partitions. Only right while nothing runs, and for consumers that
 * have taken in all that their source's log holds.
 */
export class RepartitionedMarks {
  readonly #schema: string;

  constructor(private readonly database: Database) {
    this.#schema = quoted(database.searchPath[0]!);
  }

  /** Of the generations that serve and of the reactors, on these sources; locked where it is within a transaction. */
  async standings(
    sql: Sql = this.database,
    lock: '' | 'for update' = '',
  ): Promise<readonly ConsumerStanding[]> {
    const rows = await sql.query<{
      consumer: string;
      source: ServiceName;
      partition: number;
      position: bigint;
      watermark: Instant | null;
    }>(
      `select consumer, source, partition, position, watermark from ${this.#schema}.projection_mark
       where consumer not in (select generation from ${this.#schema}.projection_generation where state <> 'live')
       order by consumer, source, partition ${lock}`,
    );
    const found = new Map<
      string,
      { -readonly [K in keyof ConsumerStanding]: ConsumerStanding[K] } & { positions: bigint[] }
    >();
    for (const { consumer, source, position, watermark } of rows) {
      const known = found.get(`${consumer}/${source}`);
      if (known === undefined)
        found.set(`${consumer}/${source}`, { consumer, source, positions: [position], watermark });
      else {
        known.positions.push(position);
        if (watermark === null || (known.watermark !== null && watermark < known.watermark))
          known.watermark = watermark;
      }
    }
    return [...found.values()];
  }

  /**
   * Lets a consumer stand at these positions, one for each partition; parked streams stay parked, on the partition that is
   * theirs now.
   * @param events the last on each partition, as the log has them; undefined where there is none.
   */
  async rewrite(
    tx: Sql,
    { consumer, source, watermark }: ConsumerStanding,
    ends: readonly bigint[],
    events: readonly (Anchor | undefined)[],
  ): Promise<void> {
    const parked = await tx.query<{ stream: string }>(
      `select distinct stream from ${this.#schema}.projection_parked where consumer = $1 and source = $2`,
      [consumer, source],
    );
    const counts = ends.map(() => 0);
    for (const { stream } of parked) {
      const partition = partitionOf(stream, ends.length);
      counts[partition]! += 1;
      await tx.execute(
        `update ${this.#schema}.projection_parked set partition = $4
         where consumer = $1 and source = $2 and stream = $3`,
        [consumer, source, stream, partition],
      );
    }
    await tx.execute(`delete from ${this.#schema}.projection_mark where consumer = $1 and source = $2`, [
      consumer,
      source,
    ]);
    await tx.execute(
      `insert into ${this.#schema}.projection_mark (consumer, source, partition, position, watermark, parked, anchor)
       select $1, $2, (m.number - 1)::integer, m.position, $5::timestamptz, m.parked, m.anchor::jsonb
       from unnest($3::bigint[], $4::integer[], $6::text[]) with ordinality as m (position, parked, anchor, number)`,
      [
        consumer,
        source,
        ends,
        counts,
        watermark,
        events.map((event) => (event === undefined ? null : JSON.stringify(anchorToJson(event)))),
      ],
    );
    await tx.execute(`delete from ${this.#schema}.read_anchors where consumer = $1 and source = $2`, [
      consumer,
      source,
    ]);
  }

  /** Takes the marks of builds that nobody finished: their tables are cleared away by the next start. */
  async forgetUnfinished(tx: Sql): Promise<void> {
    await tx.execute(
      `delete from ${this.#schema}.read_anchors where consumer in
         (select generation from ${this.#schema}.projection_generation where state <> 'live')`,
    );
    await tx.execute(
      `delete from ${this.#schema}.projection_mark where consumer in
         (select generation from ${this.#schema}.projection_generation where state <> 'live')`,
    );
  }
}
