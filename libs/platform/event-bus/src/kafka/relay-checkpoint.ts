import type { Database } from '@smartkey/database';

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

/** How far a log is on its topic, and the last position on each partition: where the chain goes on. */
export interface RelayCheckpoint {
  readonly position: bigint;
  readonly links: readonly bigint[];
}

/** The relay's checkpoint, moved after the broker's acknowledgement. */
export class RelayCheckpoints {
  constructor(
    private readonly database: Database,
    private readonly topic: string,
    private readonly partitions: number,
  ) {}

  /** From the start of the log where nothing was published yet, or the topic has another number of partitions now. */
  async read(): Promise<RelayCheckpoint> {
    const [row] = await this.database.query<RelayCheckpoint & { readonly partitions: number }>(
      'select position, links, partitions from relay_checkpoint where topic = $1',
      [this.topic],
    );
    return row === undefined || row.partitions !== this.partitions
      ? { position: 0n, links: Array.from({ length: this.partitions }, () => 0n) }
      : { position: row.position, links: row.links };
  }

  async write({ position, links }: RelayCheckpoint): Promise<void> {
    await this.database.execute(
      `insert into relay_checkpoint (topic, partitions, position, links) values ($1, $2, $3, $4::bigint[])
       on conflict (topic) do update set partitions = excluded.partitions, position = excluded.position, links = excluded.links`,
      [this.topic, this.partitions, position, links],
    );
  }
}
