import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { inTheBackground } from '@smartkey/database';
import { type Anchor, anchorOf } from '@smartkey/event-store';
import type { Instant } from '@smartkey/kernel';
import { allDone, Backoff, Closers } from '@smartkey/lifecycle';
import type { Logger } from 'pino';
import type { EventBus, ServiceName, Subscriber, Subscription } from '../event-bus.port.ts';
import type { FeedDirectory } from '../feed/log-feed.ts';
import { LogTail } from './log-tail.ts';

export interface EmbeddedBusOptions {
  readonly log: Logger;
  /** How often a log is looked at when nothing nudges (default 15,000, system time). */
  readonly pollMillis?: number;
  /** Most messages of one delivery (default 5,000). */
  readonly batch?: number;
}

/**
 * A bus without a broker: it follows the services' log feeds and hands on what it finds, one partition for each. It keeps
 * no truth of its own, the marks of the subscribers say where they stand.
 */
export class EmbeddedEventBus implements EventBus {
  readonly #tails = new Map<ServiceName, LogTail>();
  readonly #open = new Set<Subscription>();

  constructor(
    private readonly feeds: FeedDirectory,
    private readonly options: EmbeddedBusOptions,
  ) {}

  partitions(): Promise<number> {
    return Promise.resolve(1);
  }

  subscribe(subscriber: Subscriber): Promise<Subscription> {
    const closing = new AbortController();
    const loops = subscriber.sources.map((source) =>
      inTheBackground(() => this.#follow(subscriber, source, closing.signal)),
    );
    const subscription: Subscription = {
      close: async () => {
        closing.abort();
        for (const source of subscriber.sources) this.#tail(source).wake();
        this.#open.delete(subscription);
        await allDone(loops);
      },
    };
    this.#open.add(subscription);
    return Promise.resolve(subscription);
  }

  /** Closes all subscriptions, letting what is being handled finish. */
  async close(): Promise<void> {
    const closers = new Closers();
    closers.add('the logs’ readers', () => allDone([...this.#tails.values()].map((tail) => tail.close())));
    closers.add('subscriptions', () => allDone([...this.#open].map((subscription) => subscription.close())));
    await closers.close();
  }

  #tail(source: ServiceName): LogTail {
    let tail = this.#tails.get(source);
    if (tail === undefined) {
      tail = new LogTail(this.feeds.of(source), {
        pollMillis: this.options.pollMillis ?? 15_000,
        batch: this.options.batch ?? 5_000,
        source,
        reader: 'the tail of a process',
      });
      tail.open();
      this.#tails.set(source, tail);
    }
    return tail;
  }

  /** One subscriber on one source, in order, until the signal. */
  async #follow(subscriber: Subscriber, source: ServiceName, closing: AbortSignal): Promise<void> {
    const tail = this.#tail(source);
    const backoff = new Backoff({ firstMillis: 20, mostMillis: 5_000 });
    let position: bigint | undefined;
    let event: Anchor | undefined;
    let promised: Instant | undefined;
    while (!closing.aborted) {
      try {
        const seen = tail.version;
        if (position === undefined) {
          // In this order: an event that is read later is at most further on.
          event = await subscriber.eventOf(source, 0);
          position = await subscriber.positionOf(source, 0);
        }
        const { messages, watermark } = await tail.next(position, event);
        const newer = watermark !== undefined && (promised === undefined || watermark.instant > promised);
        if (messages.length === 0 && !newer) {
          if (!closing.aborted) await tail.news(seen);
          continue;
        }
        await subscriber.handle({ source, partition: 0, messages, ...(newer ? { watermark } : {}) });
        const last = messages.at(-1);
        if (last !== undefined) [position, event] = [last.position, anchorOf(last)];
        if (newer) promised = watermark.instant;
        backoff.reset();
        await yieldToOthers();
      } catch (error) {
        position = undefined;
        promised = undefined;
        if (closing.aborted) return;
        this.options.log.warn(
          { err: error, group: subscriber.group, source },
          'a delivery failed, to be repeated',
        );
        await backoff.wait(closing);
      }
    }
  }
}
