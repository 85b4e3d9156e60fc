import { Alarm } from '@smartkey/lifecycle';
import { randomUUID } from 'node:crypto';
import type { LogFeed } from './log-feed.ts';

/** How long a reader's question for news waits for an answer at most (system time). */
export const NEWS_WAIT_MILLIS = 20_000;
/** So many questions wait at once; who comes beyond is answered at once, and asks again. */
const MOST_WAITING = 256;

/** What a log has told so far. */
export interface LogNewsJson {
  /** Names the process that answers and its news so far; to be sent with the next question. */
  readonly seen: string;
  /** Up to where the log has been said to reach; 0 where nothing was said yet. */
  readonly position: string;
}

/** Tells readers in other processes of news: a question is answered when there is something that its asker has not seen. */
export class LogNews {
  /** News are counted by each process for itself. */
  readonly #process = randomUUID();
  #count = 0;
  #position = 0n;
  #closed = false;
  readonly #waiting = new Set<Alarm>();
  readonly #stop: (() => void) | undefined;

  constructor(feed: Pick<LogFeed, 'onNews'>) {
    this.#stop = feed.onNews?.((position) => {
      this.#count += 1;
      if (position > this.#position) this.#position = position;
      this.#letGo();
    });
  }

  /**
   * Waits for news, some seconds at most.
   * @param seen of the answer before; missing: whatever there is, is news.
   * @param gone the asker waits no longer.
   */
  async next(seen: string | undefined, gone: AbortSignal): Promise<LogNewsJson> {
    if (seen === this.#told().seen && !this.#closed && this.#waiting.size < MOST_WAITING) {
      const alarm = new Alarm();
      this.#waiting.add(alarm);
      await alarm.rest(NEWS_WAIT_MILLIS, gone, { keepsAlive: false });
      this.#waiting.delete(alarm);
    }
    return this.#told();
  }

  /** Answers all who wait. */
  close(): void {
    this.#closed = true;
    this.#stop?.();
    this.#letGo();
  }

  #told(): LogNewsJson {
    return { seen: `${this.#process}-${this.#count}`, position: String(this.#position) };
  }

  #letGo(): void {
    for (const alarm of this.#waiting) alarm.wake();
  }
}
