import type { EachBatchPayload } from 'kafkajs';
import { Backoff } from '@smartkey/lifecycle';

/** A batch that was fetched and waits for its turn. */
export interface Fetched {
  readonly payload: EachBatchPayload;
  readonly bytes: number;
}

const RESTS = { firstMillis: 50, mostMillis: 3_000 };

/** What was fetched of one partition and is not taken in yet, in order. */
export class PartitionIntake {
  readonly #fetched: Fetched[] = [];
  readonly #backoff = new Backoff(RESTS);
  #resume: (() => void) | undefined;
  #rest = new AbortController();
  /** What is first has failed, and is tried again. */
  failing = false;
  /** Under way as long as there is something to take in. */
  work: Promise<void> | undefined;
  /** The offset to be committed next, and the commit under way. */
  #commit: Promise<void> | undefined;
  #handled: Fetched | undefined;

  constructor(readonly name: string) {}

  add(fetched: Fetched): void {
    this.#fetched.push(fetched);
  }

  get isEmpty(): boolean {
    return this.#fetched.length === 0;
  }

  /** The first that wait, with so many records in all; one that has more comes by itself. */
  next(records: number): readonly Fetched[] {
    let count = 0;
    const end = this.#fetched.findIndex(
      ({ payload }, index) => (count += payload.batch.messages.length) > records && index > 0,
    );
    return this.#fetched.slice(0, end < 0 ? undefined : end);
  }

  /** Whether it still is the first that waits: what was let go is gone, and fetched again. */
  holds(first: Fetched): boolean {
    return this.#fetched[0] === first;
  }

  /** Takes them away where they still are the first. @returns whether they were. */
  done(fetched: readonly Fetched[]): boolean {
    if (!this.holds(fetched[0]!)) return false;
    this.#fetched.splice(0, fetched.length);
    return true;
  }

  /** Lets go of all that waits, for it will be fetched again. @returns its bytes. */
  letGo(): number {
    const bytes = this.#fetched.splice(0).reduce((sum, each) => sum + each.bytes, 0);
    this.resume();
    this.#rest.abort();
    this.#rest = new AbortController();
    this.flows();
    return bytes;
  }

  /** Nothing more is fetched of it until it is resumed. */
  pause({ payload }: Fetched): void {
    this.#resume ??= payload.pause();
  }

  resume(): void {
    this.#resume?.();
    this.#resume = undefined;
  }

  /** After a failure. Ends at once where what waits is let go. */
  rest(): Promise<void> {
    return this.#backoff.wait(this.#rest.signal);
  }

  flows(): void {
    this.failing = false;
    this.#backoff.reset();
  }

  /** Commits behind it, one at a time, the newest next. */
  commit(fetched: Fetched, refused: (error: unknown) => void): void {
    this.#handled = fetched;
    this.#commit ??= this.#commitAll(refused).finally(() => (this.#commit = undefined));
  }

  async #commitAll(refused: (error: unknown) => void): Promise<void> {
    for (let next = this.#handled; next !== undefined; next = this.#handled) {
      this.#handled = undefined;
      const { batch, commitOffsetsIfNecessary } = next.payload;
      const { topic, partition } = batch;
      const offset = String(BigInt(batch.lastOffset()) + 1n);
      await commitOffsetsIfNecessary({
        topics: [{ topic, partitions: [{ partition, offset }] }],
      }).catch(refused);
    }
  }

  /** Resolves when nothing of it is under way any more. */
  async ended(): Promise<void> {
    await this.work;
    await this.#commit;
  }
}
