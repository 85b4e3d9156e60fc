import type { FeedPage, FeedRequest, LogFeed, Message, ServiceName } from '@smartkey/event-bus';
import { derivedUuid } from '@smartkey/identity';
import { Listeners } from '@smartkey/lifecycle';
import { CompactRange, leafOf, type LogHead } from '@smartkey/transparency';
import { createHash } from 'node:crypto';
import type { Instant, ContractId } from '@smartkey/kernel';
import type {
  AuthenticationMessages,
  BillingMessages,
  ContractMessages,
  DeviceRegistryMessages,
} from '@smartkey/messages';

type AllMessages = ContractMessages & DeviceRegistryMessages & AuthenticationMessages & BillingMessages;

/** The log of another service as its feed shows it, written down by a test. */
export class SourceLog implements LogFeed {
  readonly messages: Message[] = [];
  readonly #revisions = new Map<string, number>();
  readonly #listeners = new Listeners<bigint>();
  #renamedBefore: bigint | undefined;
  watermark: Instant | undefined;
  /** When the log takes what is said from here on; else at the instant at which it occurs. */
  recordedAt: Instant | undefined;

  constructor(readonly source: ServiceName) {}

  say<Type extends keyof AllMessages>(
    stream: string,
    contract: ContractId | undefined,
    occurredAt: Instant,
    type: Type,
    data: AllMessages[Type],
  ): Message {
    const position = BigInt(10 * (this.messages.length + 1));
    const revision = (this.#revisions.get(stream) ?? -1) + 1;
    const message: Message = {
      id: derivedUuid(this.source, stream, revision),
      source: this.source,
      type,
      version: 1,
      stream,
      revision,
      position,
      previous: this.messages.at(-1)?.position ?? 0n,
      occurredAt,
      recordedAt:
        this.recordedAt ??
        (this.watermark !== undefined && this.watermark > occurredAt ? this.watermark : occurredAt),
      hash: createHash('sha256').update(`${stream}/${revision}`).digest('hex'),
      ...(contract !== undefined && { contract }),
      data,
    };
    this.messages.push(message);
    this.#revisions.set(stream, revision);
    return message;
  }

  /** It lost its end: what is said from here on bears another name. */
  goOnRenamed(): void {
    this.#renamedBefore = BigInt(10 * (this.messages.length + 1));
  }

  /** The name that the leaf of an event bears. */
  originAt(position: bigint): string {
    const first = `smartkey.example.jp/${this.source}`;
    return this.#renamedBefore === undefined || position < this.#renamedBefore ? first : `${first}/2`;
  }

  /** As the source's own tree says it. */
  headAt(position: bigint): LogHead {
    const read = this.messages.filter((message) => message.position <= position);
    const range = new CompactRange();
    for (const { hash, ...message } of read)
      range.push(leafOf(this.originAt(message.position), { hash: hash!, ...message }));
    const origin = this.originAt(position);
    return {
      origin,
      size: read.length,
      root: Buffer.from(range.root()).toString('hex'),
      ...(origin !== this.originAt(0n) && {
        earlier: [{ origin: this.originAt(0n), before: String(this.#renamedBefore) }],
      }),
    };
  }

  /** From here on the source has everything that occurred before. */
  promise(instant: Instant): void {
    this.watermark = instant;
    this.#listeners.tell(0n);
  }

  onNews(listener: (position: bigint) => void): () => void {
    return this.#listeners.add(listener);
  }

  read({ after, limit }: FeedRequest): Promise<FeedPage> {
    const messages = this.messages.filter(({ position }) => position > after).slice(0, limit);
    const end = this.messages.at(-1)?.position ?? 0n;
    const upTo = messages.length < limit ? end : messages.at(-1)!.position;
    const whole = upTo === end && this.watermark !== undefined;
    return Promise.resolve({
      messages,
      upTo: upTo > after ? upTo : after,
      settled: end,
      ...(whole && { watermark: { instant: this.watermark!, position: end } }),
    });
  }
}
