import type { Instant } from '@smartkey/kernel';
import type { FeedPage, FeedRequest, LogFeeds, Message, ServiceName } from '@smartkey/event-bus';
import { partitionOf } from '@smartkey/event-bus';

/** A log that a test writes down: positions with holes, as a real log has them. */
export class WrittenLog implements LogFeeds {
  readonly messages: Message[] = [];
  readonly #revisions = new Map<string, number>();
  readonly #last = new Map<number, bigint>();
  reads = 0;
  unreachable = false;
  watermark: Instant | undefined;

  constructor(
    readonly source: ServiceName = 'contract',
    private readonly partitions = 1,
  ) {}

  append(stream: string, data: unknown, type = 'Counted'): Message {
    const position = BigInt(10 * (this.messages.length + 1));
    const partition = partitionOf(stream, this.partitions);
    const revision = (this.#revisions.get(stream) ?? -1) + 1;
    const message: Message = {
      id: `00000000-0000-8000-8000-${String(this.messages.length).padStart(12, '0')}`,
      source: this.source,
      type,
      version: 1,
      stream,
      revision,
      position,
      previous: this.#last.get(partition) ?? 0n,
      occurredAt: '2018-01-01T00:00:00.000Z',
      recordedAt: '2018-01-01T00:00:00.000Z',
      contract: `ctr_${stream}`,
      data,
    };
    this.messages.push(message);
    this.#revisions.set(stream, revision);
    this.#last.set(partition, position);
    return message;
  }

  read(source: ServiceName, request: FeedRequest): Promise<FeedPage> {
    this.reads += 1;
    if (this.unreachable) return Promise.reject(new Error('the feed is down'));
    if (source !== this.source)
      return Promise.resolve({ messages: [], upTo: request.after, settled: request.after });
    const after = this.messages.filter((each) => each.position > request.after).slice(0, request.limit);
    const settled = this.messages.at(-1)?.position ?? 0n;
    const upTo = after.length < request.limit ? settled : after.at(-1)!.position;
    const messages = after.filter(
      (each) => request.partition === undefined || this.#partition(each) === request.partition.number,
    );
    return Promise.resolve({
      messages,
      upTo: upTo > request.after ? upTo : request.after,
      settled: settled > request.after ? settled : request.after,
      ...(this.watermark === undefined
        ? {}
        : { watermark: { instant: this.watermark, position: messages.at(-1)?.position ?? request.after } }),
    });
  }

  #partition(message: Message): number {
    return partitionOf(message.stream, this.partitions);
  }
}
