import type { Database } from '@smartkey/database';
import type { ServiceName } from '@smartkey/event-bus';
import type { Kafka } from 'kafkajs';
import type { ChainCoverage } from '../topics/chain-coverage.ts';
import { type KafkaSettings, topicOf } from '../settings/kafka-settings.ts';
import { LeftToFeeds } from '../relay/left-to-feed.ts';
import type { LogEnds } from './log-ends.ts';
import { TopicHoleError } from './not-drained-error.ts';
import { RelayCheckpoints } from '../relay/relay-checkpoint.ts';
import { topicChains } from '../topics/topic-chains.ts';

/** The topics that have served until now, on the brokers. */
export interface FormerTopics {
  /** By partition, how much of the chain lies there; `undefined` where retention has taken all. */
  chainsOf(source: ServiceName): Promise<readonly (ChainCoverage | undefined)[]>;
}

/** @param note told what is being done. */
export const formerTopics = (
  kafka: Kafka,
  settings: KafkaSettings,
  note: (line: string) => void,
): FormerTopics => ({
  chainsOf: (source) => {
    let told = 0;
    return topicChains(kafka, settings, source, (records) => {
      if (records - told < 100_000) return;
      told = records;
      note(`${topicOf(settings, source)}: ${records} records read`);
    });
  },
});

/**
 * The relay's checkpoint tells what it takes to be published; the topic itself is looked at, for who reads it without the log feeds gets
 * nothing of it from elsewhere.
 * @throws TopicHoleError where it lacks an event of the log that retention has not taken and that was not left to the log feed.
 */
export async function refuseHoles(
  { name, database }: { readonly name: ServiceName; readonly database: Database },
  topic: string,
  topics: FormerTopics,
  { partitions }: LogEnds,
): Promise<void> {
  const of = await RelayCheckpoints.partitionsOf(database, topic);
  if (of === undefined) return;
  const chains = await topics.chainsOf(name);
  if (chains.length !== of)
    throw new TopicHoleError(
      `${topic} has ${chains.length} partitions, and had ${of} when it was published to`,
    );
  for await (const { partition, previous, position } of new LeftToFeeds(database, topic).all())
    chains[partition]?.add(previous, position);
  chains.forEach((chain, partition) => {
    const [hole] = chain?.lacking(partitions.get(of)![partition]!) ?? [];
    if (hole !== undefined)
      throw new TopicHoleError(
        `${topic} lacks what the log of ${name} has after ${hole.after} up to ${hole.upTo}, on partition ${partition}`,
      );
  });
}
