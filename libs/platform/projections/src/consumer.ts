import type { Sql } from '@smartkey/database';
import type { Delivery, LogFeeds, ServiceName, Subscriber } from '@smartkey/event-bus';
import type { Anchor } from '@smartkey/event-store';
import type { MarkBoard } from './marks/mark-board.ts';
import { type Mark, type MarkKey, MarkMovedError, type Marks, nameOfMark } from './marks/marks.ts';
import { ReadAnchors, readerOf } from './marks/read-anchors.ts';
import type { SourcesStanding } from './marks/sources-standing.ts';
import { type GapFilled, type Intake, intake } from './projector/intake.ts';

/** So many messages lie between two earlier events that are kept at least: what is kept costs a statement. */
const MESSAGES_APART = 256;
/** And so many that a reactor has passed over: they come again at no cost but their reading. */
const PASSED_APART = 4_096;

export interface ConsumerParts {
  /** Whose consumer it is. */
  readonly service: ServiceName;
  readonly marks: Marks;
  readonly board: MarkBoard;
  readonly feeds: LogFeeds;
  readonly partitions: (source: ServiceName) => Promise<number>;
  readonly onGapFilled?: (gap: GapFilled) => void;
  /** What the service's readers were told of the logs. */
  readonly standing: SourcesStanding;
}

/**
 * Reads its sources from its marks on, one for each partition: every delivery becomes what really comes next, is taken in, and moves the mark. Any number of
 * instances may be the same consumer, for a mark moves by compare-and-set.
 */
export abstract class Consumer<Parts extends ConsumerParts> implements Subscriber {
  readonly #anchors: ReadAnchors;
  /** Where this process thinks that the marks are. */
  readonly #known = new Map<string, Mark>();
  /** Messages since an earlier event was kept, by mark. */
  readonly #since = new Map<string, number>();

  constructor(
    protected readonly parts: Parts,
    /** Under which it has its marks. */
    readonly group: string,
    private readonly reads: { readonly name: string; readonly sources: readonly ServiceName[] },
  ) {
    this.#anchors = new ReadAnchors(parts.marks.database);
  }

  get sources(): readonly ServiceName[] {
    return this.reads.sources;
  }

  /** Takes in what comes behind the mark at `from`, and moves the mark, durably. @throws MarkMovedError */
  protected abstract advance(key: MarkKey, from: bigint, taken: Intake): Promise<void>;

  /** Whether the mark need not be looked up, where this process thinks that it knows it. */
  protected trusts(_known: Mark, _delivery: Delivery): boolean {
    return true;
  }

  /** Makes the marks that are missing. */
  async open(): Promise<void> {
    for (const source of this.sources) {
      const partitions = await this.parts.partitions(source);
      for (let partition = 0; partition < partitions; partition += 1)
        await this.parts.marks.open(this.keyOf(source, partition));
    }
  }

  /** @throws GenerationGoneError */
  async positionOf(source: ServiceName, partition: number): Promise<bigint> {
    return (await this.#read(this.keyOf(source, partition))).position;
  }

  /** @throws GenerationGoneError */
  async eventOf(source: ServiceName, partition: number): Promise<Anchor | undefined> {
    return (await this.#read(this.keyOf(source, partition))).event;
  }

  async handle(arrived: Delivery): Promise<void> {
    const { feeds, standing, service } = this.parts;
    const { source, partition } = arrived;
    const key = this.keyOf(source, partition);
    const partitions = await this.parts.partitions(source);
    standing.mustHold(source);
    const delivery = await standing.whatCounts(arrived, feeds);
    for (let complete = false; !complete;) {
      const known = this.#known.get(nameOfMark(key));
      const mark = known !== undefined && this.trusts(known, delivery) ? known : await this.#read(key);
      try {
        standing.mustHave(source, mark.event);
        const after = { event: mark.event, reader: readerOf(service, key) };
        const taken = await intake(mark.position, delivery, feeds, partitions, after);
        await this.advance(key, mark.position, taken);
        if (taken.filled > 0)
          this.parts.onGapFilled?.({ consumer: this.reads.name, source, messages: taken.filled });
        complete = taken.complete;
      } catch (error) {
        this.#known.delete(nameOfMark(key));
        // Another instance was faster: what is left of the delivery is seen from the new mark.
        if (!(error instanceof MarkMovedError)) throw error;
      }
    }
  }

  protected keyOf(source: ServiceName, partition: number): MarkKey {
    return { consumer: this.group, source, partition };
  }

  async #read(key: MarkKey): Promise<Mark> {
    const mark = await this.parts.marks.read(key);
    this.#known.set(nameOfMark(key), mark);
    return mark;
  }

  protected moved(key: MarkKey, to: Mark): void {
    const event = to.event ?? this.#known.get(nameOfMark(key))?.event;
    this.#known.set(nameOfMark(key), { position: to.position, ...(event && { event }) });
    this.parts.board.moved(key, to);
  }

  /**
   * Keeps the event that a mark moves to, once in a while: by such earlier ones it knows a log again that has lost its end. In the transaction that moves it.
   * @param passed none of these messages meant anything.
   */
  protected async keepEarlier(
    tx: Sql,
    key: MarkKey,
    messages: number,
    { event }: Mark,
    passed = false,
  ): Promise<void> {
    const since = (this.#since.get(nameOfMark(key)) ?? 0) + messages;
    const keep = since >= (passed ? PASSED_APART : MESSAGES_APART) && event !== undefined;
    this.#since.set(nameOfMark(key), keep ? 0 : since);
    if (keep) await this.#anchors.keep(tx, key, event);
  }
}
