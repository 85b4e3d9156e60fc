import type { Sql } from '@smartkey/database';
import { type Anchor, anchorFromJson, type AnchorJson, anchorToJson } from '@smartkey/event-store';

export const RELAY_MIGRATION = {
  id: '0004-relay',
  sql: `
    create table relay_checkpoint (
      topic text primary key,
      partitions integer not null,
      position bigint not null,
      links bigint[] not null
    )`,
} as const;

export const RELAY_ANCHORS_MIGRATION = {
  id: '0007-relay-anchors',
  // The last event on each partition: {position, id, hash, stream, revision, incarnation}, or null.
  sql: 'alter table relay_checkpoint add column anchors jsonb',
} as const;

export const RELAY_INCARNATION_MIGRATION = {
  id: '0008-relay-incarnation',
  // The last of the log that each partition of the topic was told of.
  sql: 'alter table relay_checkpoint add column incarnation integer not null default 1',
} as const;

/** How far a log is on its topic. */
export interface RelayCheckpoint {
  /** Everything at or before it is published. As it is kept, it is no place behind the last that was published. */
  readonly position: bigint;
  /**
   * The last position on each partition, where its chain goes on. Behind `position` as a rule; beyond it where a send failed that had
   * gone through on this partition.
   */
  readonly links: readonly bigint[];
  /** The last event on each partition, where it is remembered: what the log is known again by. */
  readonly events?: readonly (Anchor | undefined)[];
  /** The last incarnation of the log that the topic was told of; missing: 1. */
  readonly incarnation?: number;
}

/**
 * Another has published this far meanwhile: a leader that was paused must step back. What it published again has the same
 * positions, and every reader drops it.
 */
export class CheckpointOvertakenError extends Error {
  override readonly name = 'CheckpointOvertakenError';
}

/**
 * How far a log counts as published, in SQL: no further than the last event that was published of it. What was seen to be its end may be a place of
 * another log's event, where a server that was put back to an older copy gives one of this log a place before it.
 */
const publishedUpTo = (position: string, links: string): string =>
  `least(${position}, coalesce((select max(link) from unnest(${links}) as link), 0))`;

/** Of a row: versions before kept the end that they had seen. */
const KEPT = publishedUpTo('relay_checkpoint.position', 'relay_checkpoint.links');

/** The relay's checkpoint, moved after the broker's acknowledgement. */
export class RelayCheckpoints {
  constructor(
    private readonly database: Sql,
    private readonly topic: string,
    private readonly partitions: number,
  ) {}

  /** The number of partitions that a topic had when something was published to it; `undefined` where nothing was. */
  static async partitionsOf(database: Sql, topic: string): Promise<number | undefined> {
    return (await rowOf(database, topic))?.partitions;
  }

  /** The place in the log up to which a topic has it; `undefined` where nothing was published to it. */
  static async positionOf(database: Sql, topic: string): Promise<bigint | undefined> {
    return (await rowOf(database, topic))?.position;
  }

  /** From the start of the log where nothing was published yet, or the topic has another number of partitions now. */
  async read(): Promise<RelayCheckpoint> {
    const row = await rowOf(this.database, this.topic);
    return row === undefined || row.partitions !== this.partitions
      ? { position: 0n, links: Array.from({ length: this.partitions }, () => 0n) }
      : {
          position: row.position,
          links: row.links,
          ...(row.incarnation > 1 && { incarnation: row.incarnation }),
          ...(row.anchors === null
            ? {}
            : { events: row.anchors.map((json) => (json === null ? undefined : anchorFromJson(json))) }),
        };
  }

  /** Wherever it was before: what was published was given up. */
  async replace(checkpoint: RelayCheckpoint): Promise<void> {
    await this.database.execute('delete from relay_checkpoint where topic = $1', [this.topic]);
    await this.write(checkpoint);
  }

  /**
   * Forward only, and at the same position only where no partition goes back, or the topic was told of a later incarnation; but for another number of partitions, which begins a
   * new count.
   * @throws CheckpointOvertakenError
   */
  async write({ position, links, events, incarnation = 1 }: RelayCheckpoint): Promise<void> {
    const written = await this.database.execute(
      `insert into relay_checkpoint (topic, partitions, position, links, anchors, incarnation)
       values ($1, $2, ${publishedUpTo('$3::bigint', '$4::bigint[]')}, $4::bigint[], $5::jsonb, $6)
       on conflict (topic) do update set partitions = excluded.partitions, position = excluded.position,
         links = excluded.links, anchors = excluded.anchors,
         incarnation = greatest(relay_checkpoint.incarnation, excluded.incarnation)
       where relay_checkpoint.partitions <> excluded.partitions or ${KEPT} < excluded.position
         or (${KEPT} = excluded.position
           and (relay_checkpoint.links <> excluded.links or relay_checkpoint.incarnation < excluded.incarnation) and not exists (
           select from unnest(relay_checkpoint.links, excluded.links) as link (before, now) where now < before))`,
      [
        this.topic,
        this.partitions,
        position,
        links,
        events === undefined
          ? null
          : JSON.stringify(events.map((event) => (event === undefined ? null : anchorToJson(event)))),
        incarnation,
      ],
    );
    if (written === 0) throw new CheckpointOvertakenError(`${this.topic} is at ${position} or further`);
  }
}

interface CheckpointRow {
  readonly position: bigint;
  readonly links: readonly bigint[];
  readonly partitions: number;
  readonly anchors: readonly (AnchorJson | null)[] | null;
  readonly incarnation: number;
}

async function rowOf(sql: Sql, topic: string): Promise<CheckpointRow | undefined> {
  const [row] = await sql.query<CheckpointRow>(
    `select ${KEPT} as position, links, partitions, anchors, incarnation from relay_checkpoint where topic = $1`,
    [topic],
  );
  return row;
}
