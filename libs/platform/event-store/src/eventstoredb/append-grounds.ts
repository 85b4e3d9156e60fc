import type { RecordedEvent } from '@smartkey/kernel';
import { Backoff } from '@smartkey/lifecycle';
import type { PreparedAppend } from '../append/prepared-append.ts';
import { DuplicateEventError, EventStoreUnavailableError } from '../event-store.port.ts';
import type { EventClaims } from './event-claims.ts';
import type { EventStoreDbTimes } from './eventstoredb-times.ts';
import type { StreamHead } from './stored-event.ts';
import type { StreamReader } from './stream-reader.ts';

/** What an append may rest on, once its ids are claimed. */
export interface AppendGround {
  /** Ids that may be in the stream already, and from which revision on. */
  readonly known: readonly string[];
  readonly fromRevision: number;
  /** Until then nobody else has sent the same events: whoever claims their ids later waits for us as long (monotonic clock, milliseconds). */
  readonly aloneUntil: number;
}

/** Claims the ids of appends, and finds what somebody else has made of them before. */
export class AppendGrounds {
  constructor(
    private readonly reader: StreamReader,
    private readonly claims: EventClaims,
    private readonly times: Pick<EventStoreDbTimes, 'patience' | 'sameIds'>,
  ) {}

  /**
   * Claims the ids. One that belongs to another stream is a duplicate where the event is there; where it is not, it is waited
   * for whoever may append it yet, and then taken over.
   * @throws DuplicateEventError
   */
  async claim(
    ids: readonly string[],
    stream: string,
    head: StreamHead,
    attempt: string,
  ): Promise<AppendGround> {
    const { claims } = this;
    const by = { stream, fromRevision: head.revision + 1, holder: attempt };
    const begun = performance.now();
    const { known, fromRevision, elsewhere } = await claims.claim(ids, stream, by.fromRevision, attempt);
    const later = new Set(known);
    for (const id of elsewhere) if ((await this.#takeOver(id, by)) === 'shared') later.add(id);
    return {
      known: [...later],
      fromRevision: later.size > known.length ? 0 : fromRevision,
      aloneUntil:
        later.size > 0 || elsewhere.length > 0 ? Number.NEGATIVE_INFINITY : begun + this.times.sameIds,
    };
  }

  async #takeOver(
    id: string,
    by: { readonly stream: string; readonly fromRevision: number; readonly holder: string },
  ): Promise<'own' | 'shared'> {
    const { claims, reader } = this;
    const until = performance.now() + this.times.patience;
    for (const pauses = new Backoff({ firstMillis: 5, mostMillis: 200 }); ;) {
      // In this order: what is not in the stream after its last holder is gone never will be.
      const found = await claims.find(id);
      if (found === undefined || found.claim.stream === by.stream) {
        const { known, elsewhere } = await claims.claim([id], by.stream, by.fromRevision, by.holder);
        if (elsewhere.length === 0) return known.length > 0 ? 'shared' : 'own';
        continue;
      }
      const { claim, held } = found;
      if ((await reader.find(claim.stream, [id], claim.fromRevision)).length > 0)
        throw new DuplicateEventError(id);
      if (!held && (await claims.takeOver(claim, by))) return 'own';
      if (performance.now() > until)
        throw new EventStoreUnavailableError(`it is not known yet what became of event ${id}`);
      await pauses.wait();
    }
  }

  /**
   * Those of the events that are in the stream. Somebody who has claimed them before may be about to append them, and a repeat of
   * what is under way would only fail: so it is waited for.
   */
  async standing(
    { append: { stream, events } }: PreparedAppend,
    fromRevision: number,
    attempt: string,
    until: number,
  ): Promise<readonly RecordedEvent[]> {
    const ids = events.map(({ id }) => id);
    const { claims, reader } = this;
    let found = await reader.find(stream, ids, fromRevision);
    const pauses = new Backoff({ firstMillis: 5, mostMillis: 100 });
    while (found.length === 0 && performance.now() < until) {
      // In this order: what nobody else is about to append any more, and is not there then, never will be.
      const held = await claims.heldBefore(ids, attempt);
      if (held) await pauses.wait();
      found = await reader.find(stream, ids, fromRevision);
      if (!held) break;
    }
    return found;
  }
}
