import { epochMillisOf, instantOf, isInstant, type Instant, type RecordedEvent } from '@smartkey/kernel';
import {
  AppendTooLargeError,
  EventTooLargeError,
  type ExpectedRevision,
  type PublishedBytes,
  type StreamAppend,
} from '../event-store.port.ts';
import { canonicalEvent, eventHash, ZERO_HASH, type CanonicalEvent } from '../hash-chain/event-hash.ts';
import { fittingBytes } from './append-size.ts';

/** An append that has been checked, with its events in the form that their hashes cover. */
export interface PreparedAppend {
  readonly append: StreamAppend;
  readonly recordedAt: Instant;
  /** A revision, or -1 no stream, -2 any, -3 exists. */
  readonly expected: number;
  readonly canonical: readonly CanonicalEvent[];
  /** Of its events together, as they are stored. */
  readonly bytes: number;
}

/**
 * @param publishedBytes where missing, nothing is published.
 * @throws TypeError for an append that no log could take; NotCanonicalError for data that is no JSON; EventTooLargeError,
 *   AppendTooLargeError.
 */
export function prepareAppend(
  append: StreamAppend,
  recordedAt: Instant,
  publishedBytes: PublishedBytes | undefined,
): PreparedAppend {
  if (append.stream === '') throw new TypeError('a stream has a name');
  if (append.events.length === 0) throw new TypeError(`nothing to append to ${append.stream}`);
  for (const { occurredAt } of append.events) mustBeInstant(occurredAt);
  if (append.stampedAt !== undefined) mustBeInstant(append.stampedAt);
  const canonical = append.events.map((event) => canonicalEvent(append.stream, event, recordedAt));
  const bytes = fittingBytes(append, canonical, recordedAt, publishedBytes);
  return { append, recordedAt, expected: expectedCode(append.expected), canonical, bytes };
}

/** The same for one among many: where it is too large, that is its outcome. */
export function prepareOne(
  append: StreamAppend,
  recordedAt: Instant,
  publishedBytes: PublishedBytes | undefined,
): PreparedAppend | EventTooLargeError | AppendTooLargeError {
  try {
    return prepareAppend(append, recordedAt, publishedBytes);
  } catch (error) {
    if (error instanceof EventTooLargeError || error instanceof AppendTooLargeError) return error;
    throw error;
  }
}

/** Arguments of `append_events`, for a statement that calls it among other things. */
export interface AppendArguments {
  readonly stream: string;
  readonly beforeRevision: readonly string[];
  readonly afterRevision: readonly string[];
  readonly stampedAt: Instant | null;
}

export const argumentsOf = ({ append, canonical }: PreparedAppend): AppendArguments => ({
  stream: append.stream,
  beforeRevision: canonical.map(({ beforeRevision }) => beforeRevision),
  afterRevision: canonical.map(({ afterRevision }) => afterRevision),
  stampedAt: append.stampedAt ?? null,
});

/** What `append_events` answers of an append that it has made. */
export interface Appended {
  /** The last revision before it. */
  readonly actual: number;
  readonly first_position: bigint;
  readonly hashes: readonly string[];
}

/** The append's events as the log has taken them. */
export const recordedEvents = (
  { append, recordedAt }: PreparedAppend,
  firstRevision: number,
  firstPosition: bigint,
  hashes: readonly string[],
): readonly RecordedEvent[] =>
  append.events.map(({ id, type, version, data, metadata, occurredAt }, i) => ({
    // Field by field: a copy of whatever is there takes ten times as long.
    id,
    type,
    version,
    data,
    metadata,
    occurredAt,
    stream: append.stream,
    revision: firstRevision + i,
    position: firstPosition + BigInt(i),
    recordedAt,
    hash: hashes[i]!,
  }));

/** A stream that must not be there yet begins with a hash that everybody knows. @returns undefined of any other. */
export function hashesOfNewStream({ expected, canonical }: PreparedAppend): readonly string[] | undefined {
  if (expected !== -1) return undefined;
  let hash = ZERO_HASH;
  return canonical.map((event, revision) => (hash = eventHash(hash, event, revision)));
}

function expectedCode(expected: ExpectedRevision): number {
  if (typeof expected === 'number') {
    if (Number.isInteger(expected) && expected >= 0) return expected;
    throw new TypeError(`no revision: ${expected}`);
  }
  return { 'no-stream': -1, any: -2, exists: -3 }[expected];
}

/** Another form of the same instant would come back in the canonical one, and break the hash. */
function mustBeInstant(text: string): void {
  const millis = isInstant(text) ? epochMillisOf(text) : NaN;
  if (Number.isNaN(millis) || instantOf(millis) !== text)
    throw new TypeError(`no instant in the canonical form: ${text}`);
}
