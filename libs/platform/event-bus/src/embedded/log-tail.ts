import type { FeedPage, Message, Watermark } from '../event-bus.port.ts';
import type { LogFeed } from '../feed/log-feed.ts';

/** So many of the newest messages are kept for all subscribers; who is further behind reads for itself. */
const WINDOW = 20_000;

/** What comes next after a place in a log. */
export interface Next {
  readonly messages: readonly Message[];
  readonly watermark?: Watermark;
}

/**
 * The end of one service's log, read once for all subscribers of the process: nudged by the log's own news, and looked
 * for every `pollMillis` besides, for other processes append too.
 */
export class LogTail {
  #window: Message[] = [];
  /** Everything after this position up to `#head` is in the window. */
  #windowFrom = 0n;
  #head: bigint | undefined;
  /** Position of the last message at or before `#head`. */
  #link = 0n;
  #watermark: Watermark | undefined;
  #pumping: Promise<void> | undefined;
  #again = false;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  #stopNews: (() => void) | undefined;
  /** Grows with everything new, so that a waiter cannot miss what came between its look and its wait. */
  version = 0;
  readonly #waiters = new Set<() => void>();

  constructor(
    private readonly feed: LogFeed,
    private readonly options: {
      readonly pollMillis: number;
      readonly batch: number;
      readonly onError: (error: unknown) => void;
    },
  ) {}

  open(): void {
    this.#stopNews = this.feed.onNews?.(() => void this.#pump());
    this.#timer = setInterval(() => void this.#pump(), this.options.pollMillis);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#stopNews?.();
    await this.#pumping;
    this.#wake();
  }

  /** What follows a place on the chain: a message's position, or 0n. */
  async next(after: bigint): Promise<Next> {
    if (this.#head === undefined) await this.#begin(after);
    if (after < this.#windowFrom || this.#head === undefined) return this.#behind(after);
    const start = firstAfter(this.#window, after);
    const messages = this.#window.slice(start, start + this.options.batch);
    const reached = messages.at(-1)?.position ?? after;
    return this.#watermark === undefined || this.#watermark.position > reached
      ? { messages }
      : { messages, watermark: this.#watermark };
  }

  /** Resolves when `version` has grown past `seen`, or at the close. */
  async news(seen: number): Promise<void> {
    if (this.version !== seen || this.#closed) return;
    await new Promise<void>((resolve) => {
      const waiter = () => (this.#waiters.delete(waiter), resolve());
      this.#waiters.add(waiter);
    });
  }

  /** Wakes all waiters, for one of them to see that it is closed. */
  wake(): void {
    this.#wake();
  }

  async #begin(after: bigint): Promise<void> {
    this.#head = this.#windowFrom = this.#link = after;
    await this.#pump();
  }

  async #behind(after: bigint): Promise<Next> {
    const { messages, watermark } = await this.feed.read({ after, limit: this.options.batch });
    return watermark === undefined ? { messages } : { messages, watermark };
  }

  /** Reads on to the end of the log; one at a time, and once more for news that came meanwhile. */
  #pump(): Promise<void> {
    if (this.#head === undefined || this.#closed) return Promise.resolve();
    this.#again = true;
    this.#pumping ??= this.#readOn().finally(() => (this.#pumping = undefined));
    return this.#pumping;
  }

  async #readOn(): Promise<void> {
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        let page: FeedPage;
        do {
          page = await this.feed.read({
            after: this.#head!,
            previous: this.#link,
            limit: this.options.batch,
          });
          this.#take(page);
        } while (page.upTo < page.settled && !this.#closed);
      }
    } catch (error) {
      this.options.onError(error);
    }
  }

  #take(page: FeedPage): void {
    this.#head = page.upTo;
    const grown = page.messages.length > 0 || page.watermark?.instant !== this.#watermark?.instant;
    if (page.messages.length > 0) {
      this.#link = page.messages.at(-1)!.position;
      for (const message of page.messages) this.#window.push(message);
      if (this.#window.length > 2 * WINDOW) {
        const dropped = this.#window.splice(0, this.#window.length - WINDOW);
        this.#windowFrom = dropped.at(-1)!.position;
      }
    }
    if (page.watermark !== undefined) this.#watermark = page.watermark;
    if (grown) this.#wake();
  }

  #wake(): void {
    this.version += 1;
    for (const waiter of [...this.#waiters]) waiter();
  }
}

/** Index of the first message after a position; the window is in order. */
function firstAfter(window: readonly Message[], position: bigint): number {
  let low = 0;
  let high = window.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (window[middle]!.position <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
