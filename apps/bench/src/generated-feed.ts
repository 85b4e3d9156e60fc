import type { FeedPage, FeedRequest, LogFeed, Message, ServiceName } from '@smartkey/event-bus';
import type { Instant } from '@smartkey/kernel';
import { Listeners } from '@smartkey/lifecycle';

/** What the n-th message of a log says. */
export type Spoken = Pick<Message, 'type' | 'stream' | 'revision' | 'occurredAt' | 'contract' | 'data'>;

/** Nobody verifies the chain of a log that is made up; what is drawn up from it records the hashes all the same. */
const HASH = '5a'.repeat(32);

/** A log of any length that is made up as it is read: benches measure the readers, not a writer. What it grows by is told, as a log tells what is appended. */
export class GeneratedFeed implements LogFeed {
  readonly #listeners = new Listeners<bigint>();
  #length: number;

  constructor(
    private readonly source: ServiceName,
    length: number,
    private readonly say: (n: number) => Spoken,
    /** Up to where it is complete. */
    private readonly watermark: () => Instant,
  ) {
    this.#length = length;
  }

  get end(): bigint {
    return BigInt(this.#length);
  }

  growTo(length: number): void {
    this.#length = length;
    this.#listeners.tell(this.end);
  }

  /** Time has passed: it is complete further on. A log that is asked for that writes it down, and its readers hear of it. */
  timePassed(): void {
    this.#listeners.tell(this.end);
  }

  onNews(listener: (position: bigint) => void): () => void {
    return this.#listeners.add(listener);
  }

  async read({ after, limit, previous = after }: FeedRequest): Promise<FeedPage> {
    const messages: Message[] = [];
    const first = Number(after) + 1;
    const last = Math.min(this.#length, first + limit - 1);
    let link = previous;
    for (let n = first; n <= last; n += 1) {
      const spoken = this.say(n - 1);
      const position = BigInt(n);
      messages.push({
        id: `${this.source}-${n}`,
        source: this.source,
        version: 1,
        position,
        previous: link,
        hash: HASH,
        recordedAt: spoken.occurredAt,
        ...spoken,
      });
      link = position;
    }
    const upTo = BigInt(Math.max(last, Number(after)));
    return {
      messages,
      upTo,
      settled: this.end,
      ...(upTo === this.end ? { watermark: { instant: this.watermark(), position: this.end } } : {}),
    };
  }
}
