import { type Anchor, anchorOf } from '@smartkey/event-store';
import { Backoff } from '@smartkey/lifecycle';
import type { FeedPage, FeedRequest, Message, ServiceName, Watermark } from '../event-bus.port.ts';
import { SourceLacksEventError } from '../feed/source-lacks-event-error.ts';
import type { LogFeed } from '../feed/log-feed.ts';

/** So many of the newest messages are kept for all subscribers, and so much of them, but the newest page at least; who is further behind reads for itself. */
const WINDOW = { messages: 5_000, characters: 4_000_000 };

/** Rests between looks for what is appended but not settled (system time). */
const UNSETTLED = { firstMillis: 5, mostMillis: 100 };

/** What comes next after a place in a log. */
export interface Next {
  readonly messages: readonly Message[];
  readonly watermark?: Watermark;
}

/**
 * The end of one service's log, read once for all subscribers of the process, at the pace of the foremost of them. Looked for
 * when the log nudges, and every `pollMillis` besides, for a nudge can be lost. What a nudge tells of may not be settled yet:
 * then it is looked for again until it is.
 */
export class LogTail {
  #window: Message[] = [];
  /** How large the data of each is, in characters, and of all. */
  #sizes: number[] = [];
  #size = 0;
  /** Everything after this position up to `#head` is in the window. */
  #windowFrom = 0n;
  #head: bigint | undefined;
  /** Position of the last message at or before `#head`. */
  #link = 0n;
  /** That message, where it is remembered. */
  #event: Anchor | undefined;
  #watermark: Watermark | undefined;
  /** There may be more after `#head` than has been read. */
  #stale = true;
  #reading: Promise<void> | undefined;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  /** Up to here the log has been said to reach. */
  #told = 0n;
  readonly #unsettled = new Backoff(UNSETTLED);
  #again: NodeJS.Timeout | undefined;
  #stopNews: (() => void) | undefined;
  /** Grows with everything new, so that a waiter cannot miss what came between its look and its wait. */
  version = 0;
  readonly #waiters = new Set<() => void>();

  constructor(
    private readonly feed: LogFeed,
    private readonly options: {
      readonly pollMillis: number;
      readonly batch: number;
      /** Whose log it is, and who reads it. */
      readonly source: ServiceName;
      readonly reader: string;
    },
  ) {}

  open(): void {
    this.#stopNews = this.feed.onNews?.((position) => {
      if (position > this.#told) {
        this.#told = position;
        this.#unsettled.reset();
      }
      this.#look();
    });
    this.#timer = setInterval(() => this.#look(), this.options.pollMillis);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#again);
    this.#stopNews?.();
    await this.#reading;
    this.wake();
  }

  /**
   * What follows a place on the chain: a message's position, or 0n.
   * @param event the message there, where the subscriber remembers it.
   * @throws SourceLacksEventError; what the feed throws.
   */
  async next(after: bigint, event?: Anchor): Promise<Next> {
    if (this.#head === undefined || after > this.#link) this.#beginAt(after, event);
    else if (after === this.#link && event !== undefined) {
      // Who comes to the same place may remember what others do not.
      if (this.#event === undefined) this.#remember(event);
      // Or an event that lay there before a loss: the position was given again, and nothing that comes would tell.
      else if (this.#event.id !== event.id || this.#event.hash !== event.hash)
        return this.#behind(after, event);
    }
    if (after < this.#windowFrom) return this.#behind(after, event);
    while (this.#stale && after >= this.#link && !this.#closed) await this.#readOn();
    // Another subscriber may have led the tail on while this one waited.
    return after < this.#windowFrom ? this.#behind(after, event) : this.#fromWindow(after);
  }

  /** Resolves when `version` has grown past `seen`, or at the close. */
  async news(seen: number): Promise<void> {
    if (this.version !== seen || this.#closed) return;
    await new Promise<void>((resolve) => {
      const waiter = () => {
        this.#waiters.delete(waiter);
        resolve();
      };
      this.#waiters.add(waiter);
    });
  }

  /** Lets all who wait look again. */
  wake(): void {
    this.version += 1;
    for (const waiter of [...this.#waiters]) waiter();
  }

  #look(): void {
    this.#stale = true;
    this.wake();
  }

  /** An older transaction, of anybody on the server, holds the end of the log back; nobody nudges when it ends. */
  #lookAgainSoon(): void {
    if (this.#again !== undefined || this.#closed) return;
    this.#again = setTimeout(() => {
      this.#again = undefined;
      this.#look();
    }, this.#unsettled.next());
    this.#again.unref();
  }

  /** The foremost subscriber stands here. */
  #beginAt(position: bigint, event: Anchor | undefined): void {
    this.#event = event;
    this.#window = [];
    this.#sizes = [];
    this.#size = 0;
    this.#head = this.#windowFrom = this.#link = position;
    this.#watermark = undefined;
    this.#stale = true;
  }

  #fromWindow(after: bigint): Next {
    const start = firstAfter(this.#window, after);
    const messages = this.#window.slice(start, start + this.options.batch);
    const reached = messages.at(-1)?.position ?? after;
    return this.#watermark === undefined || this.#watermark.position > reached
      ? { messages }
      : { messages, watermark: this.#watermark };
  }

  #remember(event: Anchor | undefined): void {
    if (event === undefined) return;
    this.#event = event;
    // Asked for at once: the log may lack it, though nothing is new.
    this.#stale = true;
  }

  async #behind(after: bigint, event: Anchor | undefined): Promise<Next> {
    const { messages, watermark } = await this.#ask({ after, limit: this.options.batch }, event);
    return watermark === undefined ? { messages } : { messages, watermark };
  }

  /** Reads one page for all who wait at the head. */
  #readOn(): Promise<void> {
    this.#reading ??= this.#readPage().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #readPage(): Promise<void> {
    this.#stale = false;
    const head = this.#head!;
    try {
      const page = await this.#ask(
        { after: head, previous: this.#link, limit: this.options.batch },
        this.#event,
      );
      // Led further on meanwhile, by one who stands beyond: the page is of no use to it.
      if (head === this.#head) this.#take(page);
    } catch (error) {
      this.#stale = true;
      throw error;
    }
  }

  async #ask(request: FeedRequest, event: Anchor | undefined): Promise<FeedPage> {
    const { reader, source } = this.options;
    const page = await this.feed.read(event === undefined ? request : { ...request, event, reader });
    if (page.known === false) {
      // What is in the window may be gone as well: whoever comes next begins where he stands.
      this.#head = undefined;
      throw new SourceLacksEventError(source);
    }
    return page;
  }

  #take(page: FeedPage): void {
    this.#head = page.upTo;
    if (page.upTo < page.settled) this.#stale = true;
    if (page.settled < this.#told) this.#lookAgainSoon();
    const grown = page.messages.length > 0 || page.watermark?.instant !== this.#watermark?.instant;
    if (page.messages.length > 0) {
      const last = page.messages.at(-1)!;
      this.#link = last.position;
      this.#event = anchorOf(last);
      for (const message of page.messages) {
        this.#window.push(message);
        const size = charactersOf(message.data);
        this.#sizes.push(size);
        this.#size += size;
      }
      this.#shorten(page.messages.length);
    }
    if (page.watermark !== undefined) this.#watermark = page.watermark;
    if (grown) this.wake();
  }

  /** Lets go of the oldest, once there is twice as much as is kept: each message is moved once. */
  #shorten(newest: number): void {
    const { messages, characters } = WINDOW;
    if (this.#window.length <= 2 * messages && this.#size <= 2 * characters) return;
    let dropped = 0;
    while (
      dropped < this.#window.length - newest &&
      (this.#window.length - dropped > messages || this.#size > characters)
    ) {
      this.#size -= this.#sizes[dropped]!;
      dropped += 1;
    }
    if (dropped === 0) return;
    this.#windowFrom = this.#window[dropped - 1]!.position;
    this.#window.splice(0, dropped);
    this.#sizes.splice(0, dropped);
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

/** About as many characters as JSON needs for a value; writing the JSON of each message would take as long as reading it. */
function charactersOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 6;
  let characters = 2;
  const holder = value as Readonly<Record<string, unknown>>;
  for (const key in holder) characters += key.length + 4 + charactersOf(holder[key]);
  return characters;
}
