import type { Database } from '@smartkey/database';
import { inPublishSpan } from '@smartkey/tracing';
import { type Kafka, Partitioners, type Producer, type ProducerRecord } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Backoff } from '../embedded/backoff.ts';
import type { FeedPage, Message, ServiceName, Watermark } from '../event-bus.port.ts';
import type { LogFeed } from '../feed/log-feed.ts';
import { partitionOf } from '../partitioning.ts';
import { encodeMessage, encodeWatermark } from './cloud-event.codec.ts';
import { RelayCheckpoints, type RelayCheckpoint } from './relay-checkpoint.ts';
import { Troubles } from './troubles.ts';
import { withinMillis } from './within-millis.ts';

export interface KafkaRelayOptions {
  readonly source: ServiceName;
  readonly topic: string;
  readonly partitions: number;
  readonly kafka: Kafka;
  /** The service's own log in the published language. */
  readonly feed: LogFeed;
  /** For the checkpoint, and for the lock that makes one instance the leader. */
  readonly database: Database;
  /** Why a message must not be published (its schema); `undefined` where it may be. */
  readonly refuse?: (message: Message) => string | undefined;
  readonly log: Logger;
  /** How often the log is looked at when nothing nudges (default 100, system time). */
  readonly pollMillis?: number;
  readonly batch?: number;
  /** Told how many events the brokers have acknowledged. */
  readonly onPublished?: (events: number) => void;
}

/**
 * An event in the log is not what its published schema says. What is on a topic cannot be taken back, and nothing may be skipped: so
 * the relay stops in front of it, until a program with a right publication runs.
 */
export class UnfitMessageError extends Error {
  override readonly name = 'UnfitMessageError';
}

/** System time. A producer that has not answered by then is thrown away. */
const SEND_MILLIS = 60_000;
const FAREWELL_MILLIS = 5_000;
const UNFIT_MILLIS = 10_000;
const STEADY_MILLIS = 15_000;
const PUBLISHING = 'the relay';

/**
 * Follows a service's log and publishes every event to its topic, in the order of the log, one leader at a time. The log
 * is the outbox: what was published and not yet check-pointed is published again, with the same positions, and dropped by
 * who has it already.
 */
export class KafkaRelay {
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #news = false;
  #wake: (() => void) | undefined;
  readonly #troubles = new Troubles();
  #standsBySince: number | undefined;

  constructor(private readonly options: KafkaRelayOptions) {}

  start(): void {
    this.#running = this.#stayInOffice();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#wake?.();
    await this.#running;
  }

  /** @throws LastingTroubleError where it could not publish, or not wait for its turn, for longer than `mostMillis`. */
  check(mostMillis: number): void {
    this.#troubles.check(mostMillis);
  }

  /** Waits to become the leader, again and again; a leader that loses its database loses the office with its lock. */
  async #stayInOffice(): Promise<void> {
    const { database, topic, log } = this.options;
    const backoff = new Backoff({ firstMillis: 100, mostMillis: 2_000 });
    while (!this.#stop.signal.aborted) {
      try {
        const led = await database.exclusively(
          `relay ${topic}`,
          (held) => this.#lead(held).then(() => true),
          { wait: false },
        );
        backoff.reset();
        if (led === undefined) await this.#standBy();
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        this.#standsBySince = undefined;
        this.#troubles.begin(PUBLISHING, error instanceof Error ? error.message : String(error));
        if (error instanceof UnfitMessageError) {
          log.error({ err: error, topic }, 'the relay stands still: an event is not what its schema says');
          await this.#pause(UNFIT_MILLIS);
        } else {
          log.warn({ err: error, topic }, 'the relay stumbled and goes on from its checkpoint');
          await backoff.wait(this.#stop.signal);
        }
      }
    }
  }

  /** Another instance leads. One that cannot publish lets go within seconds; who keeps the office longer does publish. */
  async #standBy(): Promise<void> {
    this.#standsBySince ??= performance.now();
    if (performance.now() - this.#standsBySince > STEADY_MILLIS) this.#troubles.clear();
    await this.#pause(500);
  }

  async #pause(millis: number): Promise<void> {
    await pause(millis, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }

  async #lead(held: AbortSignal): Promise<void> {
    const { kafka, feed, database, topic, partitions, log, batch = 2_000 } = this.options;
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      // Never asked: every record names its partition.
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    const stopNews = feed.onNews?.(() => this.#nudge());
    try {
      await producer.connect();
      log.info({ topic }, 'this instance publishes the log');
      const checkpoints = new RelayCheckpoints(database, topic, partitions);
      let checkpoint = await checkpoints.read();
      let promised: string | undefined;
      while (!this.#stop.signal.aborted && !held.aborted) {
        this.#news = false;
        const page = await feed.read({ after: checkpoint.position, limit: batch });
        const unfit = this.#firstUnfit(page);
        const fit = unfit?.before ?? page;
        checkpoint = await this.#publish(producer, fit, checkpoint);
        if (fit.messages.length > 0) await checkpoints.write(checkpoint);
        if (unfit !== undefined) throw unfit.error;
        if (page.watermark !== undefined && page.watermark.instant !== promised) {
          await this.#promise(producer, page.watermark, checkpoint);
          promised = page.watermark.instant;
        }
        this.#troubles.clear();
        if (page.upTo >= page.settled) await this.#rest();
      }
    } finally {
      stopNews?.();
      await withinMillis(producer.disconnect(), FAREWELL_MILLIS, 'leaving the brokers').catch(
        (error: unknown) => log.debug({ err: error, topic }, 'a producer did not leave in order'),
      );
    }
  }

  async #publish(producer: Producer, page: FeedPage, checkpoint: RelayCheckpoint): Promise<RelayCheckpoint> {
    if (page.messages.length === 0) return { ...checkpoint, position: page.upTo };
    const { source: service, topic, partitions } = this.options;
    const links = [...checkpoint.links];
    const messages = page.messages.map((message: Message) => {
      const partition = partitionOf(message.stream, partitions);
      const linked = { ...message, previous: links[partition]! };
      links[partition] = message.position;
      return { partition, ...encodeMessage(linked) };
    });
    await inPublishSpan({ service, topic, messages: page.messages }, () => this.#send(producer, messages));
    this.options.onPublished?.(messages.length);
    return { position: page.upTo, links };
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
  async #promise(producer: Producer, { instant }: Watermark, { links }: RelayCheckpoint): Promise<void> {
    const { source } = this.options;
    const messages = links.map((position, partition) => ({
      partition,
      ...encodeWatermark(source, partition, { instant, position }),
    }));
    await this.#send(producer, messages);
  }

  /** Answers after the brokers' acknowledgement (acks: all). */
  async #send(producer: Producer, messages: ProducerRecord['messages']): Promise<void> {
    const { topic } = this.options;
    await withinMillis(producer.send({ topic, acks: -1, messages }), SEND_MILLIS, 'publishing');
  }

  #nudge(): void {
    this.#news = true;
    this.#wake?.();
  }

  async #rest(): Promise<void> {
    if (this.#news || this.#stop.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.options.pollMillis ?? 100);
      this.#wake = () => (clearTimeout(timer), resolve());
    });
    this.#wake = undefined;
  }
}
