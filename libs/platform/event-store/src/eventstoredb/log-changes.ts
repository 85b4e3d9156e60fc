import type { AllStreamSubscription, Position } from '@eventstore/db-client';
import { Backoff, ended, type Trouble } from '@smartkey/lifecycle';
import type { EventStoreDbConnection } from './eventstoredb-connection.ts';

/** What is heard of an event as it comes in. */
export interface ChangedEvent {
  readonly metadata: unknown;
  readonly position: bigint;
}

/**
 * Follows what is written to a log, by any process. A catch-up subscription of the client ends for good with its connection,
 * and quietly where the server ends it: so it is opened again and again, from where it had come to.
 */
export class LogChanges {
  readonly #closing = new AbortController();
  #subscription: AllStreamSubscription | undefined;
  #checkpoint: Position | 'start';
  #loop: Promise<void> | undefined;

  constructor(
    private readonly connection: EventStoreDbConnection,
    private readonly prefix: string,
    from: bigint,
    private readonly changed: (event: ChangedEvent) => void,
    private readonly trouble: Trouble,
  ) {
    this.#checkpoint = from === 0n ? 'start' : { commit: from, prepare: from };
  }

  start(): void {
    this.#loop = this.#follow();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#subscription?.destroy();
    await this.#loop;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#closing;
    const backoff = new Backoff({ firstMillis: 50, mostMillis: 5_000 });
    while (!signal.aborted) {
      if (await this.#listen()) backoff.reset();
      await backoff.wait(signal);
    }
  }

  /** @returns whether anything was heard before the subscription ended; why it did, is told once in a row. */
  async #listen(): Promise<boolean> {
    let heard = false;
    let subscription: AllStreamSubscription | undefined;
    try {
      subscription = this.connection.subscribe({
        prefix: this.prefix,
        from: this.#checkpoint,
        checkpointReached: (position) => (this.#checkpoint = position),
      });
      this.#subscription = subscription;
      for await (const { event, commitPosition } of subscription) {
        if (event === undefined || commitPosition === undefined) continue;
        heard = true;
        this.trouble.over();
        this.#checkpoint = { commit: commitPosition, prepare: commitPosition };
        this.changed({ metadata: event.metadata, position: commitPosition });
      }
    } catch (error) {
      // Dropped, or the server is away: the loop opens another.
      if (!this.#closing.signal.aborted) this.trouble.failed(error);
    } finally {
      // Else the call would stay open on the server; one that has failed is at its end already.
      await ended(subscription?.unsubscribe());
    }
    return heard;
  }
}
