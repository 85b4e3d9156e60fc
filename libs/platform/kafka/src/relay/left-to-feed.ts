import { pagesBehind } from '@smartkey/lifecycle';
import type { Sql } from '@smartkey/database';
import type { OutgoingRecord } from './topic-sender.ts';

export const LEFT_TO_FEED_MIGRATION = {
  id: '0006-left-to-feed',
  sql: `
    create table left_to_feed (
      topic text not null,
      position bigint not null,
      partition integer not null,
      previous bigint not null,
      stream text not null,
      bytes integer not null,
      primary key (topic, position)
    )`,
} as const;

/** An event that no topic can carry: readers see the gap that it leaves, and fetch it from the log feed. */
export interface LeftToFeed {
  readonly position: bigint;
  readonly partition: number;
  /** Position of the event before it on its partition. */
  readonly previous: bigint;
  readonly stream: string;
  /** What it would take on the topic. */
  readonly bytes: number;
}

export const leftToFeed = ({ position, partition, record, bytes }: OutgoingRecord): LeftToFeed => ({
  position,
  partition,
  previous: BigInt(record.headers['ce_previous']!),
  stream: record.key,
  bytes,
});

const PAGE = 1_000;

/** Which events a relay has left to its service's log feed, so that a hole in a topic can be told from a loss. */
export class LeftToFeeds {
  constructor(
    private readonly database: Sql,
    private readonly topic: string,
  ) {}

  async keep(events: readonly LeftToFeed[]): Promise<void> {
    for (const { position, partition, previous, stream, bytes } of events)
      await this.database.execute(
        `insert into left_to_feed (topic, position, partition, previous, stream, bytes) values ($1, $2, $3, $4, $5, $6)
         on conflict (topic, position) do nothing`,
        [this.topic, position, partition, previous, stream, bytes],
      );
  }

  /** In the order of the log. */
  async *all(): AsyncGenerator<LeftToFeed> {
    const read = (after: bigint, limit: number): Promise<readonly LeftToFeed[]> =>
      this.database.query<LeftToFeed>(
        `select position, partition, previous, stream, bytes from left_to_feed
         where topic = $1 and position > $2 order by position limit $3`,
        [this.topic, after, limit],
      );
    const pages = pagesBehind({ size: PAGE, from: 0n, read, placeOf: ({ position }) => position });
    for await (const page of pages) yield* page;
  }
}
