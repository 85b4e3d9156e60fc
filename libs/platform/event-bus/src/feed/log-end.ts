import { type Anchor, anchorOf, type EventStore } from '@smartkey/event-store';
import type { LogFeed } from './log-feed.ts';

/** Where a log ends. */
export interface End {
  /** Everything at or before this position is settled and has been looked at. */
  readonly upTo: bigint;
  /** The last place at or before `upTo` that may hold a message: who has taken in this has taken in all. */
  readonly last: bigint;
}

const PAGE = 1_000;

/**
 * The settled end of a service's own log. Where others write to the same store, its position moves with what they write. So the place of the last
 * message is kept beside it: as long as that stays, readers need not be asked again how far they are.
 */
export class LogEnd {
  #known: End | undefined;
  /** The last message that was seen. */
  #message: Anchor | undefined;
  /** How often it was forgotten: a look that was under way then saw a log that is no more. */
  #forgotten = 0;

  constructor(
    private readonly store: EventStore,
    private readonly feed: LogFeed,
  ) {}

  async look(): Promise<End> {
    for (;;) {
      const end = await this.#lookOnce(this.#forgotten);
      if (end !== undefined) return end;
    }
  }

  /** @returns undefined where it was forgotten meanwhile. */
  async #lookOnce(forgotten: number): Promise<End | undefined> {
    if (this.#known === undefined) {
      const settled = await this.store.settledPosition();
      if (this.#forgotten !== forgotten) return undefined;
      this.#learn({ upTo: settled, last: settled });
    }
    for (let { upTo, last } = this.#known!; ;) {
      const page = await this.feed.read({ after: upTo, limit: PAGE });
      if (this.#forgotten !== forgotten) return undefined;
      upTo = page.upTo;
      const message = page.messages.at(-1);
      last = message?.position ?? last;
      this.#learn({ upTo, last }, message && anchorOf(message));
      if (upTo >= page.settled) return { upTo, last };
    }
  }

  /** The log ends elsewhere than it did: its loss was accepted. */
  forget(): void {
    this.#known = undefined;
    this.#message = undefined;
    this.#forgotten += 1;
  }

  /**
   * Forgets where the log ended if it has gone back behind that: nobody could ever take in what it lacks. Its last message alone does not
   * tell: none may have been seen, or the log may still hold it and lack what was passed behind it.
   */
  async lookAgain(): Promise<void> {
    if (this.#known === undefined) return;
    const { upTo } = this.#known;
    const message = this.#message;
    if ((await this.store.settledPosition()) < upTo) return this.forget();
    if (message !== undefined && !(await this.store.holds([message]))[0]) this.forget();
  }

  #learn(end: End, message?: Anchor): void {
    if (this.#known !== undefined && this.#known.upTo >= end.upTo) return;
    this.#known = end;
    if (message !== undefined) this.#message = message;
  }
}
