import type { Sql } from '@smartkey/database';

export const OWN_TOPIC_MIGRATION = {
  id: '0009-own-topic',
  // On which brokers, by the id of their cluster, a topic was looked at and is not another installation's.
  sql: 'create table own_topic (topic text primary key, cluster text not null)',
} as const;

/**
 * Whether a topic was found to be this system's own, on the brokers that are named now: it is looked at before the first record is
 * published to it, and again where the brokers are others.
 */
export class OwnTopic {
  constructor(
    private readonly database: Sql,
    private readonly topic: string,
  ) {}

  async isKnownOn(cluster: string): Promise<boolean> {
    const [row] = await this.database.query<{ cluster: string }>(
      'select cluster from own_topic where topic = $1',
      [this.topic],
    );
    return row?.cluster === cluster;
  }

  async keep(cluster: string): Promise<void> {
    await this.database.execute(
      `insert into own_topic (topic, cluster) values ($1, $2)
       on conflict (topic) do update set cluster = excluded.cluster`,
      [this.topic, cluster],
    );
  }

  /** It is looked at again before anything more is published. */
  async forget(): Promise<void> {
    await this.database.execute('delete from own_topic where topic = $1', [this.topic]);
  }
}
