import type { Instant, NewEvent, RecordedEvent } from '@smartkey/kernel';
import {
  AppendTooLargeError,
  EventTooLargeError,
  MOST_APPEND_BYTES,
  type PublishedBytes,
} from '../event-store.port.ts';
import { canonicalEvent, type CanonicalEvent } from '../hash-chain/event-hash.ts';

/** What a store keeps of an event besides its canonical form: hash, revision, attempt, the type once more. */
const BESIDE_BYTES = 256;

const bytesOf = ({ beforeRevision, afterRevision }: CanonicalEvent): number =>
  Buffer.byteLength(beforeRevision) + Buffer.byteLength(afterRevision) + BESIDE_BYTES;

const ANY_INSTANT = '2018-01-01T00:00:00.000Z';

/**
 * Bytes that an event takes of `MOST_APPEND_BYTES`, for callers that cut batches: the same on every store. The canonical form of data is their JSON in another
 * order, so its length is known without it.
 */
export function storedBytes(stream: string, event: NewEvent): number {
  const { data, metadata, ...rest } = event;
  const empty = bytesOf(canonicalEvent(stream, { ...rest, data: {}, metadata: NOTHING }, ANY_INSTANT));
  return empty - 4 + jsonBytes(data) + jsonBytes(metadata);
}

const NOTHING = {} as NewEvent['metadata'];
const jsonBytes = (value: object): number => Buffer.byteLength(JSON.stringify(value));

/** @returns the bytes of the events together, as they are stored. @throws EventTooLargeError, AppendTooLargeError */
export function fittingBytes(
  { stream, events }: { readonly stream: string; readonly events: readonly NewEvent[] },
  canonical: readonly CanonicalEvent[],
  recordedAt: Instant,
  publishedBytes: PublishedBytes | undefined,
): number {
  let together = 0;
  for (const [i, event] of events.entries()) {
    const stored = bytesOf(canonical[i]!);
    if (stored > MOST_APPEND_BYTES) throw new EventTooLargeError(stream, event, 'stored', stored);
    const published = publishedBytes?.(asToBeRecorded(stream, event, recordedAt)) ?? 0;
    if (published > MOST_APPEND_BYTES) throw new EventTooLargeError(stream, event, 'published', published);
    together += stored;
  }
  if (together > MOST_APPEND_BYTES) throw new AppendTooLargeError(stream, events.length, together);
  return together;
}

const asToBeRecorded = (stream: string, event: NewEvent, recordedAt: Instant): RecordedEvent => ({
  ...event,
  stream,
  revision: 0,
  position: 0n,
  recordedAt,
  hash: '',
});
