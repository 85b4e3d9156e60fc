import { type ServiceName, SourceLacksEventError } from '@smartkey/event-bus';
import type { Instant } from '@smartkey/kernel';

/** What the owner of a log has said of it. */
export interface SourceStanding {
  /** It lacks what this service's readers have of it: they stop where they stand. */
  readonly lacks: boolean;
  /** Since when it is known, by whomever, to have gone back. */
  readonly wentBackSince?: Instant | undefined;
}

/** What the owners of the logs have said of them last. */
export class SourcesStanding {
  readonly #told = new Map<ServiceName, SourceStanding>();

  told(source: ServiceName, standing: SourceStanding): void {
    this.#told.set(source, standing);
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
