import type { Delivery, LogFeeds, ServiceName, Subscriber } from '@smartkey/event-bus';
import { inProcessSpan } from '@smartkey/tracing';
import { type GapFilled, intake } from '../projector/intake.ts';
import type { MarkBoard } from '../marks/mark-board.ts';
import { type MarkKey, MarkMovedError, type Marks } from '../marks/marks.ts';
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
}

/**
 * Lets a reactor react to each message at least once, in order; the mark is moved, durably, after the reaction. A
 * reaction that fails is tried again until it succeeds: completeness waits for it.
 */
export class ReactorRunner implements Subscriber {
  readonly group: string;
  readonly sources: readonly ServiceName[];

  constructor(private readonly parts: ReactorParts) {
    this.group = `reactor:${parts.reactor.name}`;
    this.sources = parts.reactor.sources;
  }

  /** Makes the marks that are missing. */
  async open(): Promise<void> {
    for (const source of this.sources) {
      const partitions = await this.parts.partitions(source);
      for (let partition = 0; partition < partitions; partition += 1)
        await this.parts.marks.open({ consumer: this.group, source, partition });
    }
  }

  async positionOf(source: ServiceName, partition: number): Promise<bigint> {
    return (await this.parts.marks.read({ consumer: this.group, source, partition })).position;
  }

  async handle(delivery: Delivery): Promise<void> {
    if (delivery.messages.length === 0) return this.#handle(delivery);
    const batch = { ...delivery, service: this.parts.service, group: this.group };
    return inProcessSpan(batch, () => this.#handle(delivery));
  }

  async #handle(delivery: Delivery): Promise<void> {
    const { marks, board, reactor, feeds, batch = 500 } = this.parts;
    const { source, partition } = delivery;
    const key: MarkKey = { consumer: this.group, source, partition };
    const partitions = await this.parts.partitions(source);
    for (let complete = false; !complete;) {
      let mark = await this.positionOf(source, partition);
      const taken = await intake(mark, delivery, feeds, partitions);
      try {
        for (let start = 0; start < taken.messages.length; start += batch) {
          const messages = taken.messages.slice(start, start + batch);
          await reactor.react(messages);
          const position = messages.at(-1)!.position;
          await marks.move(marks.database, key, mark, { position });
          board.moved(key, { position });
          mark = position;
        }
        if (taken.to.watermark !== undefined) {
          await marks.move(marks.database, key, mark, taken.to);
          board.moved(key, taken.to);
        }
        if (taken.filled > 0)
          this.parts.onGapFilled?.({ consumer: reactor.name, source, messages: taken.filled });
        complete = taken.complete;
      } catch (error) {
        // Another instance has reacted to these too: on from where it stands.
        if (!(error instanceof MarkMovedError)) throw error;
      }
    }
  }
}
