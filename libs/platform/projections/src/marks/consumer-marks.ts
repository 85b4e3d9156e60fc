import type { Sql } from '@smartkey/database';
import type { ServiceName } from '@smartkey/event-bus';
import type { Mark, MarkKey, Marks } from './marks.ts';
import { ReadAnchors } from './read-anchors.ts';

/** So many messages lie between two earlier events that are kept at least: what is kept costs a statement. */
const MESSAGES_APART = 256;
/** And so many that a reactor has passed over: they come again at no cost but their reading. */
const PASSED_APART = 4_096;

export interface ConsumerMarksParts {
  readonly marks: Marks;
  readonly partitions: (source: ServiceName) => Promise<number>;
}

/** The marks of one consumer, and the earlier events by which it knows a log again that has lost its end. */
export class ConsumerMarks {
  readonly #anchors: ReadAnchors;
  /** Messages since an earlier event was kept, by mark. */
  readonly #since = new Map<string, number>();

  constructor(
    private readonly parts: ConsumerMarksParts,
    private readonly consumer: string,
    private readonly sources: readonly ServiceName[],
  ) {
    this.#anchors = new ReadAnchors(parts.marks.database);
  }

  key(source: ServiceName, partition: number): MarkKey {
    return { consumer: this.consumer, source, partition };
  }

  /** Makes those that are missing. */
  async open(): Promise<void> {
    for (const source of this.sources) {
      const partitions = await this.parts.partitions(source);
      for (let partition = 0; partition < partitions; partition += 1)
        await this.parts.marks.open(this.key(source, partition));
    }
  }

  /** @throws GenerationGoneError */
  read(source: ServiceName, partition: number): Promise<Mark> {
    return this.parts.marks.read(this.key(source, partition));
  }

  /**
   * Keeps the event that a mark moves to, once in a while. In the transaction that moves it.
   * @param passed none of these messages meant anything.
   */
  async keepEarlier(tx: Sql, key: MarkKey, messages: number, { event }: Mark, passed = false): Promise<void> {
    const name = `${key.source}/${key.partition}`;
    const since = (this.#since.get(name) ?? 0) + messages;
    const keep = since >= (passed ? PASSED_APART : MESSAGES_APART) && event !== undefined;
    this.#since.set(name, keep ? 0 : since);
    if (keep) await this.#anchors.keep(tx, key, event);
  }
}
