import type { Sql } from '@smartkey/database';
import type { ServiceName } from '@smartkey/event-bus';
import { type Anchor, anchorFromJson, type AnchorJson, anchorToJson } from '@smartkey/event-store';
import { quoted } from '../projection-tables.ts';
import type { MarkKey } from './marks.ts';

/** So many earlier events are kept of each mark at most. */
const MOST_OLDER = 32;

/** So many messages lie between two of them at least: what is kept costs a statement. */
export const MESSAGES_APART = 256;

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

  constructor(private readonly database: Sql & { readonly searchPath: readonly string[] }) {
    this.#schema = quoted(this.database.searchPath[0]!);
  }

  /** Keeps one more; of those in a distance and twice that, the earliest alone. In the transaction that moves the mark. */
  async keep(tx: Sql, { consumer, source, partition }: MarkKey, event: Anchor): Promise<void> {
    const key = [consumer, source, partition];
    await tx.execute(
      `insert into ${this.#schema}.read_anchors (consumer, source, partition, position, anchor)
       values ($1, $2, $3, $4, $5::jsonb) on conflict do nothing`,
      [...key, event.position, JSON.stringify(anchorToJson(event))],
    );
    await tx.execute(
      `delete from ${this.#schema}.read_anchors where consumer = $1 and source = $2 and partition = $3 and position in (
         select position from (
           select position,
             row_number() over (partition by floor(log(2.0, greatest($4 - position, 1)::numeric)) order by position) as nth_of_distance,
             row_number() over (order by position) as nth
           from ${this.#schema}.read_anchors where consumer = $1 and source = $2 and partition = $3
         ) kept where nth_of_distance > 1 or nth > ${MOST_OLDER})`,
      [...key, event.position],
    );
  }

  /** A consumer that has read what was given up stands at the end of what was kept; what lies behind comes from the log. */
  async putBack(consumer: string, source: ServiceName, kept: bigint): Promise<void> {
    await this.database.execute(
      `update ${this.#schema}.projection_mark set position = $3, anchor = null
       where consumer = $1 and source = $2 and position > $3`,
      [consumer, source, kept],
    );
    await this.database.execute(
      `update ${this.#schema}.projection_mark set anchor = null where consumer = $1 and source = $2`,
      [consumer, source],
    );
    await this.database.execute(
      `delete from ${this.#schema}.read_anchors where consumer = $1 and source = $2 and position > $3`,
      [consumer, source, kept],
    );
  }

  /** The last event of each consumer of a source, unfinished builds too. */
  async newest(source: ServiceName): Promise<readonly ConsumersAnchor[]> {
    const rows = await this.database.query<{ consumer: string; partition: number; anchor: AnchorJson }>(
      `select consumer, partition, anchor from ${this.#schema}.projection_mark
       where source = $1 and anchor is not null order by consumer, partition`,
      [source],
    );
    return rows.map(({ anchor, ...row }) => ({ ...row, event: anchorFromJson(anchor) }));
  }

  /** The earlier ones of all consumers of a source, the newest first. */
  async older(source: ServiceName): Promise<readonly ConsumersAnchor[]> {
    const rows = await this.database.query<{ consumer: string; partition: number; anchor: AnchorJson }>(
      `select consumer, partition, anchor from ${this.#schema}.read_anchors
       where source = $1 order by position desc`,
      [source],
    );
    return rows.map(({ anchor, ...row }) => ({ ...row, event: anchorFromJson(anchor) }));
  }
}
