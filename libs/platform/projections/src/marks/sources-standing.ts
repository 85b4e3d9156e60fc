import { type Message, type ServiceName, SourceLacksEventError } from '@smartkey/event-bus';
import { endOf, type Incarnation } from '@smartkey/event-store';
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

  /** Whether a message was given up with an incarnation of its source that has ended. */
  isGivenUp(message: Pick<Message, 'source' | 'position' | 'incarnation'>): boolean {
    const incarnations = this.#told.get(message.source)?.incarnations;
    if (incarnations === undefined || incarnations.length === 0) return false;
    const end = endOf(incarnations, message);
    return end !== undefined && message.position > end;
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
