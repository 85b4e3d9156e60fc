import type { Delivery, LogFeeds, Message, ServiceName, Subscriber } from '@smartkey/event-bus';
import type { Anchor } from '@smartkey/event-store';
import { inProcessSpan } from '@smartkey/tracing';
import { type GapFilled, intake } from '../projector/intake.ts';
import { ConsumerMarks } from '../marks/consumer-marks.ts';
import type { MarkBoard } from '../marks/mark-board.ts';
import { type Mark, markBehind, type MarkKey, MarkMovedError, type Marks } from '../marks/marks.ts';
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

/**
 * Lets a reactor react to each message at least once, in order; the mark is moved, durably, after the reaction. A
 * reaction that fails is tried again until it succeeds: completeness waits for it.
 */
export class ReactorRunner implements Subscriber {
  readonly group: string;
  readonly sources: readonly ServiceName[];
  readonly #marks: ConsumerMarks;

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
    return (await this.#marks.read(source, partition)).position;
  }

  async eventOf(source: ServiceName, partition: number): Promise<Anchor | undefined> {
    return (await this.#marks.read(source, partition)).event;
  }

  async handle(delivery: Delivery): Promise<void> {
    if (delivery.messages.length === 0) return this.#handle(delivery);
    const batch = { ...delivery, service: this.parts.service, group: this.group };
    return inProcessSpan(batch, () => this.#handle(delivery));
  }

  async #handle(delivery: Delivery): Promise<void> {
    const { reactor, feeds, service, marks, standing: sources, batch = 500 } = this.parts;
    const { source, partition } = delivery;
    const key = this.#marks.key(source, partition);
    const partitions = await this.parts.partitions(source);
    for (let complete = false; !complete;) {
      sources.mustHold(source);
      const standing = await this.#marks.read(source, partition);
      let mark = standing.position;
      const isGivenUp = (message: Message): boolean => sources.isGivenUp(message);
      const after = { event: standing.event, reader: readerOf(service, key), isGivenUp };
      const taken = await intake(mark, delivery, feeds, partitions, after);
      try {
        for (let start = 0; start < taken.messages.length; start += batch) {
          const messages = taken.messages.slice(start, start + batch);
          await reactor.react(messages);
          const behind = markBehind(messages, mark);
          await this.#move(key, mark, behind);
          await this.#marks.keepEarlier(marks.database, key, messages.length, behind);
          mark = behind.position;
        }
        if (taken.to.watermark !== undefined) await this.#move(key, mark, taken.to);
        if (taken.filled > 0)
          this.parts.onGapFilled?.({ consumer: reactor.name, source, messages: taken.filled });
        complete = taken.complete;
      } catch (error) {
        // Another instance has reacted to these too: on from where it stands.
        if (!(error instanceof MarkMovedError)) throw error;
      }
    }
  }

  async #move(key: MarkKey, from: bigint, to: Mark): Promise<void> {
    const { marks, board } = this.parts;
    await marks.move(marks.database, key, from, to);
    board.moved(key, to);
  }
}
