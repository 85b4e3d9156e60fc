import type { Delivery, LogFeeds, Message, ServiceName, Subscriber } from '@smartkey/event-bus';
import type { Anchor } from '@smartkey/event-store';
import { inProcessSpan } from '@smartkey/tracing';
import { type GapFilled, intake } from '../projector/intake.ts';
import { ConsumerMarks } from '../marks/consumer-marks.ts';
import type { MarkBoard } from '../marks/mark-board.ts';
import { type Mark, markBehind, type MarkKey, MarkMovedError, type Marks, nameOf } from '../marks/marks.ts';
import { readerOf } from '../marks/read-anchors.ts';
import type { SourcesStanding } from '../marks/sources-standing.ts';
import type { Reactor } from '../projection.ts';

export interface ReactorParts {
  /** Whose reactor it is. */
  readonly service: ServiceName;
  readonly reactor: Reactor;
  readonly marks: Marks;
  readonly board: MarkBoard;
  readonly feeds: LogFeeds;
  readonly partitions: (source: ServiceName) => Promise<number>;
  /** Most messages that are reacted to at once (default 500): so many are repeated after a crash. */
  readonly batch?: number;
  readonly onGapFilled?: (gap: GapFilled) => void;
  /** What the service's readers were told of the logs. */
  readonly standing: SourcesStanding;
}

/** Messages that a mark passes at once, and those of them that mean something. */
interface Part {
  readonly passed: readonly Message[];
  readonly concerning: readonly Message[];
  readonly last: boolean;
}

/**
 * Lets a reactor react to each message at least once, in order; the mark is moved, durably, after the reaction. A
 * reaction that fails is tried again until it succeeds: completeness waits for it.
 */
export class ReactorRunner implements Subscriber {
  readonly group: string;
  readonly sources: readonly ServiceName[];
  readonly #marks: ConsumerMarks;
  /** Where this process thinks that the marks are. */
  readonly #known = new Map<string, Mark>();

  constructor(private readonly parts: ReactorParts) {
    this.group = `reactor:${parts.reactor.name}`;
    this.sources = parts.reactor.sources;
    this.#marks = new ConsumerMarks(parts, this.group, this.sources);
  }

  /** Makes the marks that are missing. */
  open(): Promise<void> {
    return this.#marks.open();
  }

  async positionOf(source: ServiceName, partition: number): Promise<bigint> {
    return (await this.#standing(source, partition)).position;
  }

  async eventOf(source: ServiceName, partition: number): Promise<Anchor | undefined> {
    return (await this.#standing(source, partition)).event;
  }

  async handle(delivery: Delivery): Promise<void> {
    if (delivery.messages.length === 0) return this.#handle(delivery);
    const batch = { ...delivery, service: this.parts.service, group: this.group };
    return inProcessSpan(batch, () => this.#handle(delivery));
  }

  async #handle(arrived: Delivery): Promise<void> {
    const { reactor, feeds, service, marks, standing: sources, batch = 500 } = this.parts;
    const { source, partition } = arrived;
    const key = this.#marks.key(source, partition);
    const partitions = await this.parts.partitions(source);
    sources.mustHold(source);
    const delivery = await sources.whatCounts(arrived, feeds);
    for (let complete = false; !complete;) {
      // What another instance has reacted to is not reacted to again; what is passed over is nobody's concern.
      const known = this.#known.get(nameOf(key));
      const passesOn = known !== undefined && this.#onlyPasses(delivery, known.position);
      const standing = passesOn ? known : await this.#standing(source, partition);
      let mark = standing.position;
      try {
        sources.mustHave(source, standing.event);
        const after = { event: standing.event, reader: readerOf(service, key) };
        const taken = await intake(mark, delivery, feeds, partitions, after);
        for (const { passed, concerning, last } of this.#partsOf(taken.messages, batch)) {
          if (concerning.length > 0) await reactor.react(concerning);
          const behind = markBehind(passed, mark);
          await this.#move(key, mark, last ? { ...taken.to, ...behind } : behind);
          const { length } = passed;
          await this.#marks.keepEarlier(marks.database, key, length, behind, concerning.length === 0);
          mark = behind.position;
        }
        if (taken.messages.length === 0 && taken.to.watermark !== undefined)
          await this.#move(key, mark, taken.to);
        if (taken.filled > 0)
          this.parts.onGapFilled?.({ consumer: reactor.name, source, messages: taken.filled });
        complete = taken.complete;
      } catch (error) {
        this.#known.delete(nameOf(key));
        // Another instance has reacted to these too: on from where it stands.
        if (!(error instanceof MarkMovedError)) throw error;
      }
    }
  }

  /** Whether a delivery goes on from where the mark is thought to be, with nothing to be reacted to. */
  #onlyPasses({ messages, watermark, unreadable }: Delivery, from: bigint): boolean {
    if (unreadable === true || messages.some(({ type }) => this.#concerns(type))) return false;
    const first = messages.find(({ position }) => position > from);
    if (first !== undefined) return first.previous === from;
    return watermark === undefined || watermark.position <= from;
  }

  #concerns(type: string): boolean {
    return this.parts.reactor.types?.has(type) ?? true;
  }

  /** At most so many to be reacted to in each part; others between and behind them go along. */
  *#partsOf(messages: readonly Message[], batch: number): Generator<Part> {
    let start = 0;
    let concerning: Message[] = [];
    for (const [at, message] of messages.entries()) {
      if (this.#concerns(message.type)) concerning.push(message);
      const last = at === messages.length - 1;
      if (concerning.length < batch && !last) continue;
      yield { passed: messages.slice(start, at + 1), concerning, last };
      [start, concerning] = [at + 1, []];
    }
  }

  async #standing(source: ServiceName, partition: number): Promise<Mark> {
    const mark = await this.#marks.read(source, partition);
    this.#known.set(nameOf(this.#marks.key(source, partition)), mark);
    return mark;
  }

  async #move(key: MarkKey, from: bigint, to: Mark): Promise<void> {
    const { marks, board } = this.parts;
    await marks.moveAlone(key, from, to);
    const event = to.event ?? this.#known.get(nameOf(key))?.event;
    this.#known.set(nameOf(key), { position: to.position, ...(event && { event }) });
    board.moved(key, to);
  }
}
