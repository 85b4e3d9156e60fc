import type { Consumer, ConsumerConfig, EachBatchPayload, Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import { withinMillis } from '@smartkey/lifecycle';
import { receiveRecordsAsBytes } from '../records/received-record.ts';

/** The client has shown no sign of being a member of its group for too long. */
class SilentConsumerError extends Error {
  override readonly name = 'SilentConsumerError';
}

export interface ConsumerLifeOptions {
  readonly kafka: Kafka;
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly sessionTimeoutMillis: number;
  readonly log: Logger;
  readonly eachBatch: (payload: EachBatchPayload) => Promise<void>;
  /** Told the partitions that are this member's now, by topic. */
  readonly onJoined: (assigned: Readonly<Record<string, readonly number[]>>) => void;
}

/** System time. */
const FAREWELL_MILLIS = 3_000;

/**
 * One client of the library as a member of a consumer group, from its connection to its end. It is never mended: the library's own
 * restart uses connections and a membership whose state is not known any more (docs/kafka.md), so whoever needs it
 * longer makes another.
 */
export class ConsumerLife {
  readonly #consumer: Consumer;
  readonly #ended: Promise<Error>;
  #end!: (reason: Error) => void;
  #over = false;
  #finished: Promise<void> | undefined;
  #signOfLife = performance.now();
  #watch: NodeJS.Timeout | undefined;

  constructor(private readonly options: ConsumerLifeOptions) {
    receiveRecordsAsBytes();
    this.#consumer = options.kafka.consumer(configOf(options));
    this.#ended = new Promise((resolve) => (this.#end = resolve));
    this.#listen();
  }

  /** Resolves with the reason when this client is of no use any more. */
  get ended(): Promise<Error> {
    return this.#ended;
  }

  /** Joins the group and consumes. What goes wrong ends the life. */
  async begin(): Promise<void> {
    this.#watchOver();
    const { topics, eachBatch } = this.options;
    try {
      await this.#consumer.connect();
      await this.#consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await this.#consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 4,
        eachBatch: (payload) => (this.#over ? Promise.resolve() : eachBatch(payload)),
      });
    } catch (error) {
      this.#end(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Leaves the group where it can, once; a client that does not come back from that is left to itself. */
  finish(): Promise<void> {
    this.#finished ??= this.#finish();
    return this.#finished;
  }

  async #finish(): Promise<void> {
    this.#over = true;
    clearInterval(this.#watch);
    await this.#leave();
    this.#end(new Error('closed'));
  }

  /** Only what the group's coordinator has answered is a sign: a fetch may come back empty-handed from a dead connection. */
  #listen(): void {
    const { events } = this.#consumer;
    const alive = (): void => void (this.#signOfLife = performance.now());
    this.#consumer.on(events.HEARTBEAT, alive);
    this.#consumer.on(events.COMMIT_OFFSETS, alive);
    this.#consumer.on(events.GROUP_JOIN, ({ payload: { memberAssignment } }) => {
      alive();
      // It was joining when it was told to leave, and the library has not heard that: told again.
      if (this.#over) setTimeout(() => void this.#leave(), 0);
      else this.options.onJoined(memberAssignment);
    });
    this.#consumer.on(events.CRASH, ({ payload: { error } }) => this.#end(error));
  }

  #watchOver(): void {
    const { sessionTimeoutMillis } = this.options;
    // A join may wait as long as a rebalance may take.
    const most = 4 * sessionTimeoutMillis;
    this.#watch = setInterval(() => {
      if (performance.now() - this.#signOfLife > most)
        this.#end(new SilentConsumerError(`not heard by the group for ${most} ms`));
    }, sessionTimeoutMillis / 4);
    this.#watch.unref();
  }

  async #leave(): Promise<void> {
    const { groupId, log } = this.options;
    await withinMillis(this.#consumer.disconnect(), FAREWELL_MILLIS, 'leaving the group').catch(
      (error: unknown) => log.debug({ err: error, groupId }, 'a consumer did not leave its group in order'),
    );
  }
}

const configOf = ({ groupId, sessionTimeoutMillis }: ConsumerLifeOptions): ConsumerConfig => ({
  groupId,
  sessionTimeout: sessionTimeoutMillis,
  heartbeatInterval: Math.floor(sessionTimeoutMillis / 4),
  rebalanceTimeout: 3 * sessionTimeoutMillis,
  // A broker answers as soon as there is anything: asking more often is nine tenths of what an idle process does. Behind a partition that is paused it is waited for too.
  maxWaitTimeInMs: 500,
  // The library decodes a fetch as a whole: of a small one the records die young.
  maxBytesPerPartition: 1_048_576,
  maxBytes: 4_194_304,
  allowAutoTopicCreation: false,
  retry: { restartOnFailure: () => Promise.resolve(false) },
});
