import { incarnationsOf, partitionOf } from '@smartkey/event-bus';
import { type Anchor, anchorOf } from '@smartkey/event-store';
import { encodeRestored } from '../records/cloud-event.codec.ts';
import type { PublishedLog } from './published-log.ts';
import type { RelayCheckpoint, RelayCheckpoints } from './relay-checkpoint.ts';
import { outgoing, type TopicSender } from './topic-sender.ts';

const LOG_PAGE = 5_000;

/**
 * Says on every partition how the log goes on after losses, where the topic was not told yet.
 * @returns the checkpoint, written where something was told.
 */
export async function tellRestored(
  { feed, source, topic, system, log }: PublishedLog,
  sender: TopicSender,
  checkpoints: RelayCheckpoints,
  checkpoint: RelayCheckpoint,
): Promise<RelayCheckpoint> {
  const found = await feed.compare?.([]);
  let told = checkpoint;
  for (const incarnation of found === undefined ? [] : incarnationsOf(found)) {
    if (incarnation.number <= (told.incarnation ?? 1)) continue;
    await sender.sendEach(
      told.links.map((position, partition) =>
        outgoing(partition, position, encodeRestored(source, partition, position, incarnation, system)),
      ),
    );
    told = { ...told, incarnation: incarnation.number };
    await checkpoints.write(told);
    log.warn(
      { topic, incarnation: incarnation.number },
      'the topic was told that the log goes on after a loss',
    );
  }
  return told;
}

/** Where what was published was given up with the end of an incarnation: the chains go on behind what the log has. */
export async function startAnew(
  { feed, source, topic, partitions, log }: PublishedLog,
  checkpoints: RelayCheckpoints,
  checkpoint: RelayCheckpoint,
): Promise<RelayCheckpoint> {
  const events = (checkpoint.events ?? []).flatMap((event) => (event === undefined ? [] : [event]));
  if (feed.compare === undefined || events.length === 0) return checkpoint;
  const asked = events.map((event) => ({ reader: `${source}/relay`, event }));
  const found = await feed.compare(asked);
  const current = found === undefined ? 1 : (incarnationsOf(found).at(-1)?.number ?? 1);
  const givenUp = events.some((event, i) => found?.known[i] === false && event.incarnation < current);
  if (!givenUp) return checkpoint;
  log.warn({ topic }, 'the chains of the topic are taken up behind what the log has kept');
  const links = Array.from({ length: partitions }, () => 0n);
  const lasts: (Anchor | undefined)[] = links.map(() => undefined);
  let position = 0n;
  for (let ended = false; !ended;) {
    const page = await feed.read({ after: position, limit: LOG_PAGE });
    for (const message of page.messages) {
      const partition = partitionOf(message.stream, partitions);
      links[partition] = message.position;
      lasts[partition] = anchorOf(message);
    }
    // Whoever misses what was appended before the loss was known finds a gap, and asks the feed.
    ended = page.upTo >= page.settled || page.upTo === position;
    position = page.upTo;
  }
  const next = { ...checkpoint, position, links, events: lasts };
  await checkpoints.replace(next);
  return next;
}
