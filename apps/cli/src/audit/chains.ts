import { hashOf, ZERO_HASH } from '@smartkey/event-store';
import type { RecordedEvent } from '@smartkey/kernel';

/** An event that does not follow from the one before it in its stream. */
export interface BrokenEvent {
  readonly stream: string;
  readonly revision: number;
  readonly why: 'gap' | 'hash';
}

/** Follows the hashes of some streams, as they are read from their beginnings. */
export class Chains {
  readonly broken: BrokenEvent[] = [];
  readonly #heads = new Map<string, { readonly revision: number; readonly hash: string }>();

  /** @returns the hash of the event before it. */
  follow(event: RecordedEvent): string {
    const { stream, revision } = event;
    const head = this.#heads.get(stream) ?? { revision: -1, hash: ZERO_HASH };
    if (revision !== head.revision + 1) this.broken.push({ stream, revision, why: 'gap' });
    else if (hashOf(event, head.hash) !== event.hash) this.broken.push({ stream, revision, why: 'hash' });
    this.#heads.set(stream, { revision, hash: event.hash });
    return head.hash;
  }
}
