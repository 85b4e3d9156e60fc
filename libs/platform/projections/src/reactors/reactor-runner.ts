import type { Delivery, Message } from '@smartkey/event-bus';
import { inProcessSpan } from '@smartkey/tracing';
import { Consumer, type ConsumerParts } from '../consumer.ts';
import { type Mark, markBehind, type MarkKey } from '../marks/marks.ts';
import type { Reactor } from '../projection.ts';
import type { Intake } from '../projector/intake.ts';

export interface ReactorParts extends ConsumerParts {
  readonly reactor: Reactor;
  /** Most messages that are reacted to at once (default 500): so many are repeated after a crash. */
  readonly batch?: number;
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
export class ReactorRunner extends Consumer<ReactorParts> {
  constructor(parts: ReactorParts) {
    super(parts, `reactor:${parts.reactor.name}`, parts.reactor);
  }

  override async handle(delivery: Delivery): Promise<void> {
    if (delivery.messages.length === 0) return super.handle(delivery);
    const batch = { ...delivery, service: this.parts.service, group: this.group };
    return inProcessSpan(batch, () => super.handle(delivery));
  }

  protected override async advance(key: MarkKey, from: bigint, { messages, to }: Intake): Promise<void> {
    const { reactor, marks } = this.parts;
    let mark = from;
    for (const { passed, concerning, last } of this.#partsOf(messages)) {
      if (concerning.length > 0) await reactor.react(concerning);
      const behind = markBehind(passed, mark);
      await this.#move(key, mark, last ? { ...to, ...behind } : behind);
      await this.keepEarlier(marks.database, key, passed.length, behind, concerning.length === 0);
      mark = behind.position;
    }
    if (messages.length === 0 && to.watermark !== undefined) await this.#move(key, mark, to);
  }

  /**
   * What another instance has reacted to is not reacted to again, so the mark is looked up; but where a delivery goes on from where it is thought to be, with
   * nothing to be reacted to, that is nobody's concern.
   */
  protected override trusts({ position }: Mark, { messages, watermark, unreadable }: Delivery): boolean {
    if (unreadable === true || messages.some(({ type }) => this.#concerns(type))) return false;
    const first = messages.find((message) => message.position > position);
    if (first !== undefined) return first.previous === position;
    return watermark === undefined || watermark.position <= position;
  }

  #concerns(type: string): boolean {
    return this.parts.reactor.types?.has(type) ?? true;
  }

  /** At most so many to be reacted to in each part; others between and behind them go along. */
  *#partsOf(messages: readonly Message[]): Generator<Part> {
    const { batch = 500 } = this.parts;
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

  async #move(key: MarkKey, from: bigint, to: Mark): Promise<void> {
    await this.parts.marks.moveAlone(key, from, to);
    this.moved(key, to);
  }
}
