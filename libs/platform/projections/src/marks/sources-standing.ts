import {
  type Delivery,
  incarnationsOf,
  type LogFeeds,
  type Message,
  type ServiceName,
  SourceLacksEventError,
} from '@smartkey/event-bus';
import { type Anchor, endOf, type Incarnation } from '@smartkey/event-store';
import type { Instant } from '@smartkey/kernel';

/** What the owner of a log has said of it. */
export interface SourceStanding {
  /** It lacks what this service's readers have of it: they stop where they stand. */
  readonly lacks: boolean;
  /** Since when it is known, by whomever, to have gone back. */
  readonly wentBackSince?: Instant | undefined;
  /** Its incarnations after the first. */
  readonly incarnations?: readonly Incarnation[];
}

/** What the owners of the logs have said of them last. */
export class SourcesStanding {
  readonly #told = new Map<ServiceName, SourceStanding>();

  told(source: ServiceName, standing: SourceStanding): void {
    this.#told.set(source, standing);
  }

  /**
   * What of a delivery counts: messages that were given up with an incarnation that has ended are left out, and so is what was promised in one, for the
   * log that goes on has not promised it. The owner is asked about an incarnation that is not known yet.
   * @throws where the owner does not answer.
   */
  async whatCounts(delivery: Delivery, feeds: LogFeeds): Promise<Delivery> {
    const { source, messages, watermark } = delivery;
    await this.#learn(source, latestOf(delivery), feeds);
    const incarnations = this.#incarnations(source);
    const current = incarnations.at(-1);
    if (current === undefined) return delivery;
    const isOld = watermark?.incarnation !== undefined && watermark.incarnation < current.number;
    const { watermark: _promise, ...rest } = delivery;
    return {
      ...(isOld ? rest : delivery),
      messages: messages.filter((message) => !isGivenUp(incarnations, message)),
    };
  }

  /**
   * Somebody stops at once whose last event was given up; he is made anew.
   * @throws SourceLacksEventError
   */
  mustHave(source: ServiceName, event: Anchor | undefined): void {
    this.mustHold(source);
    if (this.gaveUp(source, event)) throw new SourceLacksEventError(source);
  }

  /** Whether an event was given up with an incarnation that has ended. */
  gaveUp(source: ServiceName, event: Anchor | undefined): boolean {
    return event !== undefined && isGivenUp(this.#incarnations(source), event);
  }

  #incarnations(source: ServiceName): readonly Incarnation[] {
    return this.#told.get(source)?.incarnations ?? [];
  }

  async #learn(source: ServiceName, incarnation: number, feeds: LogFeeds): Promise<void> {
    if (incarnation <= (this.#incarnations(source).at(-1)?.number ?? 1)) return;
    const found = await feeds.compare?.(source, []);
    if (found === undefined) return;
    const { lacks = false } = this.#told.get(source) ?? {};
    this.told(source, { lacks, wentBackSince: found.wentBackSince, incarnations: incarnationsOf(found) });
  }

  lacks(source: ServiceName): boolean {
    return this.#told.get(source)?.lacks ?? false;
  }

  /** Logs that lack events: what follows from them is not to be counted upon. */
  inDoubt(): readonly ServiceName[] {
    return [...this.#told].flatMap(([source, { lacks, wentBackSince }]) =>
      lacks || wentBackSince !== undefined ? [source] : [],
    );
  }

  /** @throws SourceLacksEventError */
  mustHold(source: ServiceName): void {
    if (this.lacks(source)) throw new SourceLacksEventError(source);
  }
}

const isGivenUp = (
  incarnations: readonly Incarnation[],
  event: Pick<Message, 'position' | 'incarnation'>,
): boolean => {
  const end = endOf(incarnations, event);
  return end !== undefined && event.position > end;
};

/** The latest incarnation that a delivery tells of. */
function latestOf({ messages, watermark, incarnation = 1 }: Delivery): number {
  let latest = Math.max(incarnation, watermark?.incarnation ?? 1);
  for (const message of messages)
    if (message.incarnation !== undefined && message.incarnation > latest) latest = message.incarnation;
  return latest;
}
