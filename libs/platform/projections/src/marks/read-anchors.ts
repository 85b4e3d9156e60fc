import { prepared, type Sql } from '@smartkey/database';
import type { ServiceName } from '@smartkey/event-bus';
import { type Anchor, anchorFromJson, type AnchorJson, anchorToJson } from '@smartkey/event-store';
import { quoted } from '../projection-tables.ts';
import type { MarkKey } from './marks.ts';

/** So many earlier events are kept of each mark at most. */
const MOST_OLDER = 32;

/** Under which the owner of a log names a reader that has more of it than the log itself. */
export const readerOf = (service: ServiceName, { consumer, partition }: Omit<MarkKey, 'source'>): string =>
  `${service}/${consumer}/${partition}`;

/** An event that a consumer has taken in. */
export interface ConsumersAnchor {
  readonly consumer: string;
  readonly partition: number;
  readonly event: Anchor;
}

/** The events that the consumers of a service remember of the logs that they read. */
export class ReadAnchors {
  readonly #schema: string;
  /** One statement: every consumer of a log runs it now and then. What goes is seen as it was before, without the one that comes. */
  readonly #keep: string;

  constructor(private readonly database: Sql & { readonly searchPath: readonly string[] }) {
    this.#schema = quoted(this.database.searchPath[0]!);
    const table = `${this.#schema}.read_anchors`;
    this.#keep = prepared(
      `keep ${table}`,
      `with came as (
         insert into ${table} (consumer, source, partition, position, anchor)
         values ($1, $2, $3, $4::bigint, $5::jsonb) on conflict do nothing
       )
       delete from ${table} where consumer = $1 and source = $2 and partition = $3 and position in (
         select position from (
           select position,
             row_number() over (partition by floor(ln(greatest($4::bigint - position, 1)::float8) / ln(2::float8)) order by position) as nth_of_distance,
             row_number() over (order by position) as nth
           from ${table} where consumer = $1 and source = $2 and partition = $3
         ) kept where nth_of_distance > 1 or nth >= ${MOST_OLDER})`,
    );
  }

  /** Keeps one more; of those in a distance and twice that, the earliest alone. In the transaction that moves the mark. */
  async keep(tx: Sql, { consumer, source, partition }: MarkKey, event: Anchor): Promise<void> {
    await tx.execute(this.#keep, [
      consumer,
      source,
      partition,
      event.position,
      JSON.stringify(anchorToJson(event)),
    ]);
  }

  /**
   * A consumer that has read what was given up stands where it last was with the log, at the beginning where it remembers nothing of that:
   * what was appended behind it, also before the loss was known, comes once more or for the first time.
   * @param common what it remembers and the log has, the newest first.
   */
  async putBack(consumer: string, source: ServiceName, common: readonly ConsumersAnchor[]): Promise<void> {
    const newest = common.filter(
      ({ partition }, i) => common.findIndex((each) => each.partition === partition) === i,
    );
    await this.database.execute(
      `update ${this.#schema}.projection_mark set position = coalesce(common.position, 0), anchor = common.anchor
       from ${this.#schema}.projection_mark mark
         left join unnest($3::integer[], $4::bigint[], $5::jsonb[]) as common (partition, position, anchor)
           on common.partition = mark.partition
       where mark.consumer = $1 and mark.source = $2 and projection_mark.consumer = mark.consumer
         and projection_mark.source = mark.source and projection_mark.partition = mark.partition`,
      [
        consumer,
        source,
        newest.map(({ partition }) => partition),
        newest.map(({ event }) => event.position),
        newest.map(({ event }) => JSON.stringify(anchorToJson(event))),
      ],
    );
    await this.database.execute(
      `delete from ${this.#schema}.read_anchors earlier using ${this.#schema}.projection_mark mark
       where earlier.consumer = $1 and earlier.source = $2 and mark.consumer = $1 and mark.source = $2
         and mark.partition = earlier.partition and earlier.position > mark.position`,
      [consumer, source],
    );
  }

  /** The last event of each consumer of a source, unfinished builds too. */
  newest(source: ServiceName): Promise<readonly ConsumersAnchor[]> {
    return this.#of(source, 'projection_mark', 'anchor is not null order by consumer, partition');
  }

  /** The earlier ones of all consumers of a source, the newest first. */
  older(source: ServiceName): Promise<readonly ConsumersAnchor[]> {
    return this.#of(source, 'read_anchors', 'true order by position desc');
  }

  async #of(source: ServiceName, table: string, condition: string): Promise<readonly ConsumersAnchor[]> {
    const rows = await this.database.query<{ consumer: string; partition: number; anchor: AnchorJson }>(
      `select consumer, partition, anchor from ${this.#schema}.${table} where source = $1 and ${condition}`,
      [source],
    );
    return rows.map(({ anchor, ...row }) => ({ ...row, event: anchorFromJson(anchor) }));
  }
}
