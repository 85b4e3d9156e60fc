import type { RecordedEvent } from '@smartkey/kernel';
import { Backoff, rest } from '@smartkey/lifecycle';
import {
  DuplicateEventError,
  EventStoreUnavailableError,
  WrongExpectedRevisionError,
  type AppendResult,
} from '../event-store.port.ts';
import { ZERO_HASH } from '../hash-chain/event-hash.ts';
import type { PreparedAppend } from '../append/prepared-append.ts';
import type { EventClaims } from './event-claims.ts';
import type { EventStoreDbConnection } from './eventstoredb-connection.ts';
import type { EventStoreDbTimes } from './eventstoredb-times.ts';
import { appendExactly, type ExactOutcome } from './exact-append.ts';
import type { LogInstance, Passage } from './log-instance.ts';
import { appendRequest } from './requests.ts';
import { proposedEvents, type StoredEvent, type StreamHead } from './stored-event.ts';
import type { StreamReader } from './stream-reader.ts';

/** What an append may rest on, once its ids are claimed. */
interface Ground {
  /** Ids that may be in the stream already, and from which revision on. */
  readonly known: readonly string[];
  readonly fromRevision: number;
}

/** What became of an append is not known. @param underWay it cannot even be looked at. */
class OpenOutcomeError extends Error {
  override readonly name = 'OpenOutcomeError';
  constructor(readonly underWay: boolean) {
    super('it is not known what became of an append');
  }
}

/** Somebody has deleted or truncated the stream on the server: what is appended comes to stand where it does not belong. */
export class AlteredStreamError extends Error {
  override readonly name = 'AlteredStreamError';
  constructor(stream: string, expected: number, found: number | undefined) {
    super(
      `stream ${stream} was deleted or truncated on the server: revision ${expected} was appended, ` +
        `and ${found === undefined ? 'nothing' : `revision ${found}`} stands there`,
    );
  }
}

const unknownOutcome = (stream: string) =>
  new EventStoreUnavailableError(`it is not known what became of an append to ${stream}`);

const NO_STREAM = -1;
const NO_HEAD: StreamHead = { revision: -1, hash: ZERO_HASH };

/** Carries out appends to single streams: claims the ids, looks for repeats, and appends behind the last event. */
export class StreamAppender {
  readonly #closing = new AbortController();

  constructor(
    private readonly parts: {
      readonly connection: EventStoreDbConnection;
      readonly reader: StreamReader;
      readonly claims: EventClaims;
      readonly instance: LogInstance;
    },
    private readonly times: Pick<EventStoreDbTimes, 'deadline' | 'settling' | 'patience' | 'sameIds'>,
  ) {}

  /** @param throughFence of the one that tells of a loss, see `LogInstance.passage`. */
  async append(prepared: PreparedAppend, throughFence = false): Promise<AppendResult> {
    const { stream, events, stampedAt } = prepared.append;
    const ids = events.map(({ id }) => id);
    const twice = ids.find((id, i) => ids.indexOf(id) !== i);
    if (twice !== undefined) throw new DuplicateEventError(twice);
    const passage = this.parts.instance.passage(stampedAt, throughFence);
    try {
      // A stream that must not be there need not be looked for: the append itself finds out.
      const head = prepared.expected === NO_STREAM ? NO_HEAD : await this.parts.reader.head(stream);
      const ground = await this.#claim(ids, stream, head, passage.attempt);
      const result = await this.#appendOn(prepared, head, ground, passage);
      passage.leave();
      if (result.repeated) await this.parts.claims.release(ids, passage.attempt);
      return result;
    } catch (error) {
      // What may have been appended keeps its claims; and while even that cannot be looked at, it is under way.
      if (!(error instanceof OpenOutcomeError || error instanceof AlteredStreamError))
        await this.parts.claims.release(ids, passage.attempt);
      if (!(error instanceof OpenOutcomeError && error.underWay)) passage.leave();
      throw error instanceof OpenOutcomeError ? unknownOutcome(stream) : error;
    }
  }

  async findEvent(id: string): Promise<RecordedEvent | undefined> {
    const found = await this.parts.claims.find(id);
    if (found === undefined) return undefined;
    const { stream, fromRevision } = found.claim;
    return (await this.parts.reader.find(stream, [id], fromRevision))[0];
  }

  close(): void {
    this.#closing.abort();
  }

  async #appendOn(
    prepared: PreparedAppend,
    first: StreamHead,
    ground: Ground,
    passage: Passage,
  ): Promise<AppendResult> {
    const { stream, events, expected } = prepared.append;
    const ids = events.map(({ id }) => id);
    let { known, fromRevision } = ground;
    const until = performance.now() + this.times.sameIds;
    for (let head = first; ;) {
      const found =
        known.length > 0 ? await this.#standing(prepared, fromRevision, passage.attempt, until) : [];
      if (found.length > 0) return repeatOf(prepared, found);
      if (!fits(prepared.expected, head.revision))
        throw new WrongExpectedRevisionError(stream, expected, head.revision < 0 ? undefined : head.revision);
      const outcome = await this.#appendBehind(prepared, head, passage);
      if (outcome === 'unknown') await this.#letSettle();
      const stored = outcome === 'conflict' ? [] : await this.#storedBehind(prepared, head, outcome);
      if (stored.length > 0)
        return resultOf(
          stored.map(({ event }) => event),
          stored[0]!.attempt !== passage.attempt,
        );
      if (outcome === 'unknown') throw new OpenOutcomeError(false);
      // Somebody else was faster, perhaps with the same events.
      known = ids;
      fromRevision = Math.min(fromRevision, head.revision + 1);
      head = await this.#headBeyond(stream, head);
    }
  }

  /**
   * Those of the events that are in the stream. Somebody who has claimed them before may be about to append them, and a repeat of
   * what is under way would only fail: so it is waited for.
   */
  async #standing(
    { append: { stream, events } }: PreparedAppend,
    fromRevision: number,
    attempt: string,
    until: number,
  ): Promise<readonly RecordedEvent[]> {
    const ids = events.map(({ id }) => id);
    const { claims, reader } = this.parts;
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

  /** What stands at the end of the stream now: what was in the way may not be committed yet, and cannot be read then. */
  async #headBeyond(stream: string, { revision }: StreamHead): Promise<StreamHead> {
    const until = performance.now() + this.times.patience;
    for (const pauses = new Backoff({ firstMillis: 2, mostMillis: 100 }); ;) {
      const head = await this.parts.reader.head(stream);
      if (head.revision > revision) return head;
      if (pauses.outlasts(until))
        throw new EventStoreUnavailableError(`it cannot be read yet what was appended to ${stream}`);
      await pauses.wait();
    }
  }

  #appendBehind(prepared: PreparedAppend, head: StreamHead, passage: Passage): Promise<ExactOutcome> {
    const stream = this.parts.reader.prefix + prepared.append.stream;
    return appendExactly(this.parts.connection, {
      messages: appendRequest(stream, head.revision, proposedEvents(prepared, head, passage.attempt)),
      passage,
      deadline: this.times.deadline,
      patience: this.times.patience,
      closing: this.#closing.signal,
    });
  }

  /** Until the server does nothing any more with what it was sent. */
  async #letSettle(): Promise<void> {
    const { signal } = this.#closing;
    const settled = this.times.deadline + this.times.settling;
    await rest(settled, signal);
    if (signal.aborted) throw new OpenOutcomeError(true);
  }

  /**
   * What stands behind the head now, read back, where it is ours: somebody else may have appended a part of the same events.
   * @throws OpenOutcomeError at the close; AlteredStreamError.
   */
  async #storedBehind(
    { append: { stream, events } }: PreparedAppend,
    head: StreamHead,
    outcome: ExactOutcome,
  ): Promise<readonly StoredEvent[]> {
    for (;;) {
      try {
        const stored = await this.parts.reader.stored(stream, head.revision + 1, events.length);
        const ours = events.every(({ id }, i) => stored[i]?.event.id === id);
        const place = stored[0]?.event.revision;
        if (outcome === 'written' && !(ours && place === head.revision + 1))
          throw new AlteredStreamError(stream, head.revision + 1, place);
        return ours ? stored : [];
      } catch (error) {
        if (!(error instanceof EventStoreUnavailableError)) throw error;
        if (outcome === 'written' || this.#closing.signal.aborted)
          throw new OpenOutcomeError(outcome === 'unknown');
      }
    }
  }

  /**
   * Claims the ids. One that belongs to another stream is a duplicate where the event is there; where it is not, it is waited
   * for whoever may append it yet, and then taken over.
   * @throws DuplicateEventError
   */
  async #claim(ids: readonly string[], stream: string, head: StreamHead, attempt: string): Promise<Ground> {
    const { claims } = this.parts;
    const by = { stream, fromRevision: head.revision + 1, holder: attempt };
    const { known, fromRevision, elsewhere } = await claims.claim(ids, stream, by.fromRevision, attempt);
    const later = new Set(known);
    for (const id of elsewhere) if ((await this.#takeOver(id, by)) === 'shared') later.add(id);
    return { known: [...later], fromRevision: later.size > known.length ? 0 : fromRevision };
  }

  async #takeOver(
    id: string,
    by: { readonly stream: string; readonly fromRevision: number; readonly holder: string },
  ): Promise<'own' | 'shared'> {
    const { claims, reader } = this.parts;
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
}

const fits = (expected: number, revision: number): boolean =>
  expected === -2 || (expected === -3 ? revision >= 0 : revision === expected);

function repeatOf(
  { append: { events }, expected }: PreparedAppend,
  found: readonly RecordedEvent[],
): AppendResult {
  const first = found[0]!.revision;
  const inOrder = found.length === events.length && found.every(({ id }, i) => id === events[i]!.id);
  const together = found.at(-1)!.revision - first === events.length - 1;
  if (inOrder && together && (expected < NO_STREAM || first - 1 === expected)) return resultOf(found, true);
  throw new DuplicateEventError(found[0]!.id);
}

function resultOf(events: readonly RecordedEvent[], repeated: boolean): AppendResult {
  const { revision, position } = events.at(-1)!;
  return { revision, position, events, repeated };
}
