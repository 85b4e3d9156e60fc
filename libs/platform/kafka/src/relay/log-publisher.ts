import {
  type FeedPage,
  type Message,
  partitionOf,
  SourceLacksEventError,
  type Watermark,
} from '@smartkey/event-bus';
import { type Anchor, anchorOf } from '@smartkey/event-store';
import { type Alarm, Backoff } from '@smartkey/lifecycle';
import { inPublishSpan } from '@smartkey/tracing';
import { encodeMessage, encodeWatermark } from '../records/cloud-event.codec.ts';
import { startAnew, tellRestored } from './behind-losses.ts';
import { type LeftToFeed, leftToFeed, LeftToFeeds } from './left-to-feed.ts';
import type { PublishedLog } from './published-log.ts';
import { type RelayCheckpoint, RelayCheckpoints } from './relay-checkpoint.ts';
import { outgoing, type OutgoingRecord, type TopicSender } from './topic-sender.ts';

/**
 * An event in the log is not what its published schema says. What is on a topic cannot be taken back, and nothing may be skipped: so
 * the relay stops in front of it, until a program with a right publication runs.
 */
export class UnfitMessageError extends Error {
  override readonly name = 'UnfitMessageError';
}

const PROMISE_AGAIN_MILLIS = 60_000;
/** Between two looks for what is appended but not settled. */
const UNSETTLED = { firstMillis: 5, mostMillis: 100 };

/** As long as one instance publishes and no other does. */
export interface TimeInOffice {
  readonly over: AbortSignal;
  /** Rung where there may be something new in the log. */
  readonly news: Alarm;
  /** @throws ForeignSystemError where what lies on the topic was found to be another system's. */
  readonly mustBeOwn: () => void;
  /** Told whenever all that was read is with the brokers. */
  readonly going: () => void;
}

/** Publishes every event of a log to its topic, in the order of the log, from its checkpoint on. */
export class LogPublisher {
  readonly #checkpoints: RelayCheckpoints;

  constructor(
    private readonly options: PublishedLog,
    private readonly sender: TopicSender,
  ) {
    const { database, topic, partitions } = options;
    this.#checkpoints = new RelayCheckpoints(database, topic, partitions);
  }

  /** Publishes what is there and what comes, until the office is over. @throws what stands in the way. */
  async follow({ over, news, mustBeOwn, going }: TimeInOffice): Promise<void> {
    const { feed, batch = 2_000, pollMillis = 15_000 } = this.options;
    const { promiseAgainMillis = PROMISE_AGAIN_MILLIS } = this.options;
    const unsettled = new Backoff(UNSETTLED);
    let told = 0n;
    const stopNews = feed.onNews?.((position) => {
      if (position > told) {
        told = position;
        unsettled.reset();
      }
      news.wake();
    });
    try {
      let checkpoint = await startAnew(this.options, this.#checkpoints, await this.#checkpoints.read());
      checkpoint = await this.#tellRestored(checkpoint);
      let promised: string | undefined;
      let promisedAt = 0;
      while (!over.aborted) {
        mustBeOwn();
        const page = await this.#read(checkpoint, batch);
        // Before the first record of it.
        if (newestOf(page) > (checkpoint.incarnation ?? 1)) checkpoint = await this.#tellRestored(checkpoint);
        const unfit = this.#firstUnfit(page);
        checkpoint = await this.#publish(unfit?.before ?? page, checkpoint);
        if (unfit !== undefined) throw unfit.error;
        // Again where the clock stands: the topic may have been lost since, and a reader that lacks something hears of it by nothing else.
        const isOld = performance.now() - promisedAt > promiseAgainMillis;
        if (page.watermark !== undefined && (page.watermark.instant !== promised || isOld)) {
          await this.#promise(page.watermark, checkpoint);
          promised = page.watermark.instant;
          promisedAt = performance.now();
        }
        going();
        if (page.upTo < page.settled) continue;
        // What is appended is not settled as long as an older transaction runs, and nobody tells when it ends.
        await news.rest(page.settled < told ? unsettled.next() : pollMillis, over);
      }
    } finally {
      stopNews?.();
    }
  }

  #tellRestored(checkpoint: RelayCheckpoint): Promise<RelayCheckpoint> {
    return tellRestored(this.options, this.sender, this.#checkpoints, checkpoint);
  }

  /** @throws SourceLacksEventError where the log lacks what was published of it. */
  async #read({ position, events = [] }: RelayCheckpoint, limit: number): Promise<FeedPage> {
    const { feed, source } = this.options;
    const event = events.reduce(
      (last, each) => (each !== undefined && each.position > (last?.position ?? -1n) ? each : last),
      undefined,
    );
    const page = await feed.read({
      after: position,
      limit,
      ...(event === undefined ? {} : { event, reader: `${source}/relay` }),
    });
    if (page.known === false) throw new SourceLacksEventError(source);
    return page;
  }

  /**
   * Every partition goes on by itself. Where one fails, what the others have got is kept: it is not published again.
   * @returns the checkpoint, written.
   */
  async #publish(page: FeedPage, checkpoint: RelayCheckpoint): Promise<RelayCheckpoint> {
    if (page.messages.length === 0) return { ...checkpoint, position: page.upTo };
    const { source: service, topic } = this.options;
    const left: LeftToFeed[] = [];
    const reached = [...checkpoint.links];
    const byPartition = this.#outgoing(page, checkpoint);
    const sends = [...byPartition].map(async ([partition, records]) => {
      let next = 0;
      const advance = ({ position }: OutgoingRecord): void => {
        reached[partition] = position;
        while (records[next] !== undefined && records[next]!.position <= position) next += 1;
      };
      await this.sender.sendInOrder(records, {
        sent: (last) => {
          const before = next;
          advance(last);
          this.options.onPublished?.(next - before);
        },
        leftOut: (record) => {
          advance(record);
          left.push(this.#leaveToFeed(record));
        },
      });
    });
    const all = Promise.allSettled(sends);
    await inPublishSpan({ service, topic, messages: page.messages }, () => Promise.all(sends)).catch(
      async (error: unknown) => {
        await all;
        await this.#keepPart(
          { ...checkpoint, links: reached, events: eventsAt(reached, page, checkpoint) },
          checkpoint,
          left,
        );
        throw error;
      },
    );
    await new LeftToFeeds(this.options.database, topic).keep(left);
    const next = {
      ...checkpoint,
      position: page.upTo,
      links: reached,
      events: eventsAt(reached, page, checkpoint),
    };
    await this.#checkpoints.write(next);
    return next;
  }

  /** What of a page is not on its partition yet; each with the position before it in the chain. */
  #outgoing(page: FeedPage, { links }: RelayCheckpoint): ReadonlyMap<number, readonly OutgoingRecord[]> {
    const { partitions, system } = this.options;
    const chain = [...links];
    const byPartition = new Map<number, OutgoingRecord[]>();
    for (const message of page.messages) {
      const partition = partitionOf(message.stream, partitions);
      if (message.position <= links[partition]!) continue;
      const linked: Message = { ...message, previous: chain[partition]! };
      chain[partition] = message.position;
      const record = outgoing(partition, message.position, encodeMessage(linked, system));
      const others = byPartition.get(partition);
      if (others === undefined) byPartition.set(partition, [record]);
      else others.push(record);
    }
    return byPartition;
  }

  async #keepPart(
    part: RelayCheckpoint,
    before: RelayCheckpoint,
    left: readonly LeftToFeed[],
  ): Promise<void> {
    const { database, topic, log } = this.options;
    if (part.links.every((link, partition) => link === before.links[partition])) return;
    try {
      await new LeftToFeeds(database, topic).keep(left);
      await this.#checkpoints.write(part);
    } catch (error) {
      log.warn(
        { err: error, topic },
        'what was published before a failure could not be kept: it comes twice',
      );
    }
  }

  #leaveToFeed(record: OutgoingRecord): LeftToFeed {
    const event = leftToFeed(record);
    const { topic, log, onLeftToFeed } = this.options;
    log.error({ topic, ...event }, 'an event is too large for its topic; readers fetch it from the log feed');
    onLeftToFeed?.(event);
    return event;
  }

  /** Each event is checked here and nowhere else: once, before it can be read by others. */
  #firstUnfit(page: FeedPage): { readonly before: FeedPage; readonly error: UnfitMessageError } | undefined {
    const { refuse } = this.options;
    if (refuse === undefined) return undefined;
    for (const [index, message] of page.messages.entries()) {
      const reason = refuse(message);
      if (reason === undefined) continue;
      const { stream, revision, position } = message;
      return {
        before: { ...page, messages: page.messages.slice(0, index), upTo: position - 1n },
        error: new UnfitMessageError(
          `${stream} revision ${revision} at ${position} is not published: ${reason}`,
        ),
      };
    }
    return undefined;
  }

  /** The watermark goes to every partition, each with the last position there. */
  async #promise(promise: Watermark, { links }: RelayCheckpoint): Promise<void> {
    const { source, system } = this.options;
    await this.sender.sendEach(
      links.map((position, partition) =>
        outgoing(partition, position, encodeWatermark(source, partition, { ...promise, position }, system)),
      ),
    );
  }
}

/** The latest incarnation that a page tells of. */
const newestOf = ({ messages, watermark }: FeedPage): number =>
  messages.reduce(
    (newest, { incarnation = 1 }) => Math.max(newest, incarnation),
    watermark?.incarnation ?? 1,
  );

/** The messages at these places, of a page or of the checkpoint before it. */
function eventsAt(
  links: readonly bigint[],
  { messages }: FeedPage,
  before: RelayCheckpoint,
): readonly (Anchor | undefined)[] {
  const byPosition = new Map(messages.map((message) => [message.position, message]));
  return links.map((link, partition) => {
    const message = byPosition.get(link);
    return message === undefined ? before.events?.[partition] : anchorOf(message);
  });
}
