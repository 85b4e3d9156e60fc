import type { RecordedEvent } from '@smartkey/kernel';
import { Backoff, rest } from '@smartkey/lifecycle';
import {
  DuplicateEventError,
  EventStoreUnavailableError,
  WrongExpectedRevisionError,
  type AppendResult,
} from '../event-store.port.ts';
import { ZERO_HASH } from '../hash-chain/event-hash.ts';
import { appendResult } from '../append/append-result.ts';
import { recordedEvents, type PreparedAppend } from '../append/prepared-append.ts';
import type { EventClaims } from './event-claims.ts';
import type { EventStoreDbConnection } from './eventstoredb-connection.ts';
import type { EventStoreDbTimes } from './eventstoredb-times.ts';
import { AppendGrounds, type AppendGround } from './append-grounds.ts';
import { Bounded } from './bounded.ts';
import { appendExactly, type ExactOutcome, type TakenAppend } from './exact-append.ts';
import type { LogInstance, Passage } from './log-instance.ts';
import { appendRequest } from './requests.ts';
import { proposedEvents, type ChainedProposal, type StoredEvent, type StreamHead } from './stored-event.ts';
import type { StreamReader } from './stream-reader.ts';

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

/** Calls under way to the server, of all appends. */
const MOST_IN_FLIGHT = 64;
const NO_STREAM = -1;
const NO_HEAD: StreamHead = { revision: -1, hash: ZERO_HASH };

/** Carries out appends to single streams: claims the ids, looks for repeats, and appends behind the last event. */
export class StreamAppender {
  readonly #closing = new AbortController();
  readonly #calls = new Bounded(MOST_IN_FLIGHT);
  readonly #grounds: AppendGrounds;
  /** Whether the server's answer to an append of one event has told its position as a read tells it; undefined before the first. */
  #tellsPositions: boolean | undefined;

  constructor(
    private readonly parts: {
      readonly connection: EventStoreDbConnection;
      readonly reader: StreamReader;
      readonly claims: EventClaims;
      readonly instance: LogInstance;
    },
    private readonly times: Pick<EventStoreDbTimes, 'deadline' | 'settling' | 'patience' | 'sameIds'>,
  ) {
    this.#grounds = new AppendGrounds(parts.reader, parts.claims, times);
  }

  /** @param throughFence of the one that tells of a loss, see `LogInstance.passage`. */
  async append(prepared: PreparedAppend, throughFence = false): Promise<AppendResult> {
    const { stream, events, stampedAt } = prepared.append;
    const ids = events.map(({ id }) => id);
    const twice = ids.find((id, i) => ids.indexOf(id) !== i);
    if (twice !== undefined) throw new DuplicateEventError(twice);
    const passage = this.parts.instance.passage(stampedAt, throughFence);
    try {
      // A stream that must not be there need not be looked for: the append itself finds out.
      const head = prepared.expected === NO_STREAM ? NO_HEAD : await this.#head(stream);
      const ground = await this.#grounds.claim(ids, stream, head, passage.attempt);
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
    ground: AppendGround,
    passage: Passage,
  ): Promise<AppendResult> {
    const { stream, events, expected } = prepared.append;
    const ids = events.map(({ id }) => id);
    let { known, fromRevision, aloneUntil } = ground;
    const until = performance.now() + this.times.sameIds;
    for (let head = first; ;) {
      const found =
        known.length > 0 ? await this.#grounds.standing(prepared, fromRevision, passage.attempt, until) : [];
      if (found.length > 0) return repeatOf(prepared, found);
      if (!fits(prepared.expected, head.revision))
        throw new WrongExpectedRevisionError(stream, expected, head.revision < 0 ? undefined : head.revision);
      const proposed = proposedEvents(prepared, head, passage.attempt);
      const outcome = await this.#appendBehind(prepared, head, proposed, passage);
      if (outcome === 'unknown') await this.#letSettle();
      const told = performance.now() < aloneUntil ? this.#told(prepared, head, proposed, outcome) : undefined;
      if (told !== undefined && this.#tellsPositions === true) return appendResult(told, false);
      const stored = outcome === 'conflict' ? [] : await this.#storedBehind(prepared, head, outcome);
      if (stored.length > 0) {
        const events = stored.map(({ event }) => event);
        if (told !== undefined) this.#tellsPositions = told[0]!.position === events[0]!.position;
        return appendResult(events, stored[0]!.attempt !== passage.attempt);
      }
      if (outcome === 'unknown') throw new OpenOutcomeError(false);
      // Somebody else was faster, perhaps with the same events.
      known = ids;
      aloneUntil = Number.NEGATIVE_INFINITY;
      fromRevision = Math.min(fromRevision, head.revision + 1);
      head = await this.#headBeyond(stream, head);
    }
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

  #head(stream: string): Promise<StreamHead> {
    return this.#calls.run(() => this.parts.reader.head(stream));
  }

  #appendBehind(
    { append }: PreparedAppend,
    head: StreamHead,
    proposed: readonly ChainedProposal[],
    passage: Passage,
  ): Promise<ExactOutcome> {
    const stream = this.parts.reader.prefix + append.stream;
    return this.#calls.run(() =>
      appendExactly(this.parts.connection, {
        messages: appendRequest(stream, head.revision, proposed),
        passage,
        deadline: this.times.deadline,
        patience: this.times.patience,
        closing: this.#closing.signal,
      }),
    );
  }

  /**
   * The events as the answer alone tells them: of one event, that was sent once, to the place where it was sent. Several have positions of their own,
   * of which the answer tells one.
   */
  #told(
    prepared: PreparedAppend,
    head: StreamHead,
    proposed: readonly ChainedProposal[],
    outcome: ExactOutcome,
  ): readonly RecordedEvent[] | undefined {
    if (!isTaken(outcome) || !outcome.sentOnce || outcome.position === undefined) return undefined;
    if (proposed.length > 1 || outcome.revision !== head.revision + 1) return undefined;
    return recordedEvents(
      prepared,
      outcome.revision,
      outcome.position,
      proposed.map(({ hash }) => hash),
    );
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
        const stored = await this.#calls.run(() =>
          this.parts.reader.stored(stream, head.revision + 1, events.length),
        );
        const ours = events.every(({ id }, i) => stored[i]?.event.id === id);
        const place = stored[0]?.event.revision;
        if (isTaken(outcome) && !(ours && place === head.revision + 1))
          throw new AlteredStreamError(stream, head.revision + 1, place);
        return ours ? stored : [];
      } catch (error) {
        if (!(error instanceof EventStoreUnavailableError)) throw error;
        if (isTaken(outcome) || this.#closing.signal.aborted)
          throw new OpenOutcomeError(outcome === 'unknown');
      }
    }
  }
}

const isTaken = (outcome: ExactOutcome): outcome is TakenAppend => typeof outcome === 'object';

const fits = (expected: number, revision: number): boolean =>
  expected === -2 || (expected === -3 ? revision >= 0 : revision === expected);

function repeatOf(
  { append: { events }, expected }: PreparedAppend,
  found: readonly RecordedEvent[],
): AppendResult {
  const first = found[0]!.revision;
  const inOrder = found.length === events.length && found.every(({ id }, i) => id === events[i]!.id);
  const together = found.at(-1)!.revision - first === events.length - 1;
  if (inOrder && together && (expected < NO_STREAM || first - 1 === expected))
    return appendResult(found, true);
  throw new DuplicateEventError(found[0]!.id);
}
