import { partitionOf, type FeedPage, type FeedRequest, type LogFeeds } from '@smartkey/event-bus';
import type { Delivery, Message, ServiceName } from '@smartkey/event-bus';
import { derivedUuid } from '@smartkey/identity';
import type { Instant, ContractId } from '@smartkey/kernel';

/** A message as a spec writes it. */
export interface GivenMessage {
  /** Default: the first source of the projection. */
  readonly source?: ServiceName;
  readonly stream: string;
  readonly type: string;
  /** Default 1. */
  readonly version?: number;
  readonly data: object;
  /** Default: the instant of the message before it; of the first, `2018-01-01T00:00:00.000Z`. */
  readonly occurredAt?: Instant;
  /** Default: the same as `occurredAt`. */
  readonly recordedAt?: Instant;
  readonly contract?: ContractId;
}

/** The logs of the sources, as a spec wrote them: each message at its place, on its partition, in its chain. */
export class ScriptedLogs implements LogFeeds {
  readonly #logs = new Map<ServiceName, Message[]>();

  constructor(
    given: readonly GivenMessage[],
    sources: readonly ServiceName[],
    private readonly watermark: Instant,
    private readonly partitions: number,
  ) {
    for (const source of sources) this.#logs.set(source, []);
    const revisions = new Map<string, number>();
    let occurredAt: Instant = '2018-01-01T00:00:00.000Z';
    for (const message of given) {
      const source = message.source ?? sources[0]!;
      const log = this.#logs.get(source);
      if (log === undefined) throw new Error(`the projection does not read ${source}`);
      const stream = `${source}/${message.stream}`;
      const revision = revisions.get(stream) ?? 0;
      revisions.set(stream, revision + 1);
      occurredAt = message.occurredAt ?? occurredAt;
      log.push({
        id: derivedUuid(stream, revision),
        source,
        type: message.type,
        version: message.version ?? 1,
        stream: message.stream,
        revision,
        // Positions have holes.
        position: BigInt(log.length + 1) * 3n,
        previous: 0n,
        occurredAt,
        recordedAt: message.recordedAt ?? occurredAt,
        ...(message.contract === undefined ? {} : { contract: message.contract }),
        data: message.data,
      });
    }
  }

  get sources(): readonly ServiceName[] {
    return [...this.#logs.keys()];
  }

  /** The messages of a partition, chained. */
  partition(source: ServiceName, partition: number): readonly Message[] {
    const mine = this.#logs
      .get(source)!
      .filter((message) => partitionOf(message.stream, this.partitions) === partition);
    return mine.map((message, index) => ({ ...message, previous: mine[index - 1]?.position ?? 0n }));
  }

  /** The promise at the end of a partition. */
  end(source: ServiceName, partition: number): Delivery {
    const position = this.partition(source, partition).at(-1)?.position ?? 0n;
    return { source, partition, messages: [], watermark: { instant: this.watermark, position } };
  }

  async read(source: ServiceName, { after, limit, partition }: FeedRequest): Promise<FeedPage> {
    if (partition === undefined || partition.of !== this.partitions)
      throw new Error(`a projector reads its own partition of ${this.partitions}`);
    const rest = this.partition(source, partition.number).filter((message) => message.position > after);
    const settled = this.#logs.get(source)!.at(-1)?.position ?? 0n;
    const messages = rest.slice(0, limit);
    return { messages, settled, upTo: rest.length > limit ? messages.at(-1)!.position : settled };
  }
}
