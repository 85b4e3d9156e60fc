import type { RecordedEvent } from '@smartkey/kernel';
import type { ChainedEvent, EventStore } from '../event-store.port.ts';
import { pagesAhead } from './pages-ahead.ts';
import { StreamEnds } from './stream-ends.ts';
import { verifyStream, type ChainBreak, type ChainLink } from './verify-stream.ts';

export interface LogVerification {
  readonly events: number;
  readonly streams: number;
  /** How many broken places were found. */
  readonly broken: number;
  /** The first of them, one of a stream: at most 1,000, for where a log is not that of its keys all of it is broken. */
  readonly breaks: readonly ChainBreak[];
}

export interface VerifyLogOptions {
  /** Hears how many events were followed. */
  readonly progress?: ((events: number) => void) | undefined;
  /** Is given each page, in the order of the log. */
  readonly page?: (events: readonly RecordedEvent[]) => Promise<void>;
  readonly pageSize?: number;
  /** Streams that are followed without asking for their ends again. */
  readonly ends?: StreamEnds;
}

/** What of a log can be verified. */
export type VerifiedStore = Pick<EventStore, 'readAsStored' | 'endsBefore' | 'irregular' | 'unsettled'>;

/** Streams whose break is named. Of others only the number is known: memory and answers stay small for any log. */
const MOST_NAMED = 1_000;

/**
 * Follows the hash over every stream of a log, from its first event to its last, settled or not, and names what is stored otherwise than it
 * is read. Reads page by page; the end of a stream that was not read for a while is asked for again: the memory is the same for any log.
 */
export async function verifyLog(
  store: VerifiedStore,
  { progress, page: visit, pageSize = 2_000, ends = new StreamEnds() }: VerifyLogOptions = {},
): Promise<LogVerification> {
  const chains = new Chains(store, ends);
  let events = 0;
  let upTo = 0n;
  for await (const page of pagesAhead((after) => store.readAsStored({ after, limit: pageSize }))) {
    // Its visitor asks for what it needs before the hashes are taken.
    await Promise.all([visit?.(page.events), chains.follow(page.events, page.after)]);
    for (const found of page.irregular) chains.found(found);
    events += page.events.length;
    upTo = page.upTo;
    progress?.(events);
  }
  for (let after = upTo; store.unsettled !== undefined;) {
    const chained = await store.unsettled({ after, limit: pageSize });
    chains.followEach(chained);
    events += chained.length;
    if (chained.length < pageSize) break;
    after = chained.at(-1)!.event.position;
  }
  for (const found of (await store.irregular?.(upTo)) ?? []) chains.found(found);
  const { streams, broken, breaks } = chains;
  return { events, streams, broken, breaks };
}

/** The hashes of all streams, as their events come in the order of the log. */
class Chains {
  readonly #named = new Map<string, ChainBreak>();
  streams = 0;
  broken = 0;

  constructor(
    private readonly store: Pick<EventStore, 'endsBefore'>,
    private readonly ends: StreamEnds,
  ) {}

  /** @param after the position that they were read behind. */
  async follow(events: readonly RecordedEvent[], after: bigint): Promise<void> {
    const parts = [...byStream(events)].filter(([stream]) => !this.#named.has(stream));
    // What is forgotten while the page is followed was looked up before.
    const known = new Map(parts.map(([stream]) => [stream, this.ends.get(stream)]));
    const unknown = parts.flatMap(([stream, [first]]) => (known.get(stream) === undefined ? [first!] : []));
    for (const [n, end] of (await this.#ask(unknown, after)).entries()) known.set(unknown[n]!.stream, end);
    for (const [stream, part] of parts) {
      const end = known.get(stream);
      if (end === undefined) this.streams += 1;
      const found = verifyStream(part, end);
      if (found !== undefined) this.found(found);
      const { revision, hash } = part.at(-1)!;
      this.ends.set(stream, { revision, hash });
    }
  }

  /** Each by itself: between two of a stream others may still be written. */
  followEach(chained: readonly ChainedEvent[]): void {
    for (const { event, previous } of chained) {
      if (event.revision === 0) this.streams += 1;
      const found = verifyStream([event], { revision: event.revision - 1, hash: previous });
      if (found !== undefined) this.found(found);
    }
  }

  /** A broken place: of a stream that has one already it is no further one. */
  found(found: ChainBreak): void {
    if (this.#named.has(found.stream)) return;
    this.broken += 1;
    if (this.#named.size < MOST_NAMED) this.#named.set(found.stream, found);
  }

  get breaks(): readonly ChainBreak[] {
    return [...this.#named.values()];
  }

  async #ask(firsts: readonly RecordedEvent[], after: bigint): Promise<readonly (ChainLink | undefined)[]> {
    return firsts.length === 0 || after === 0n ? [] : this.store.endsBefore(after, firsts);
  }
}

function byStream(events: readonly RecordedEvent[]): ReadonlyMap<string, readonly RecordedEvent[]> {
  const streams = new Map<string, RecordedEvent[]>();
  for (const event of events) {
    const part = streams.get(event.stream);
    if (part === undefined) streams.set(event.stream, [event]);
    else part.push(event);
  }
  return streams;
}
