import { createHash, hash } from 'node:crypto';
import type { Instant, NewEvent, RecordedEvent } from '@smartkey/kernel';
import { canonicalEventJson, canonicalJson } from './canonical-json.ts';

/** What the first event of a stream is chained to: 32 zero bytes, in hex. */
export const ZERO_HASH = '0'.repeat(64);
const ZERO_BYTES = '\u0000'.repeat(32);

/** The canonical form of an event, cut where its revision stands: an adapter knows that only as it appends. */
export interface CanonicalEvent {
  /** Of its data and its metadata alone. */
  readonly data: string;
  readonly metadata: string;
  readonly beforeRevision: string;
  readonly afterRevision: string;
}

/**
 * The canonical form (RFC 8785) of `{data, id, metadata, occurredAt, recordedAt, revision, stream, type, version}`: this is
 * what an event's hash covers.
 * @throws NotCanonicalError where data or metadata hold anything but JSON; UnsafeNumberError.
 */
export function canonicalEvent(stream: string, event: NewEvent, recordedAt: Instant): CanonicalEvent {
  const data = canonicalEventJson(event.data);
  const metadata = canonicalEventJson(event.metadata);
  return {
    data,
    metadata,
    beforeRevision:
      `{"data":${data},"id":${canonicalJson(event.id)}` +
      `,"metadata":${metadata},"occurredAt":${canonicalJson(event.occurredAt)}` +
      `,"recordedAt":${canonicalJson(recordedAt)},"revision":`,
    afterRevision:
      `,"stream":${canonicalJson(stream)},"type":${canonicalJson(event.type)}` +
      `,"version":${canonicalJson(event.version)}}`,
  };
}

/** Where hash and text are joined: nothing waits in between. Larger texts are hashed by parts. */
const JOINED = Buffer.alloc(64 * 1024);
const MOST_JOINED = Math.floor((JOINED.length - 32) / 3);

/** Hex SHA-256 over the previous event's hash (its 32 bytes) and the canonical form. */
export function eventHash(previous: string, canonical: CanonicalEvent, revision: number): string {
  const text = `${canonical.beforeRevision}${revision}${canonical.afterRevision}`;
  // In one call: an object for each hash costs more than the hashing.
  if (previous === ZERO_HASH) return hash('sha256', `${ZERO_BYTES}${text}`);
  if (text.length <= MOST_JOINED && JOINED.write(previous, 'hex') === 32)
    return hash('sha256', JOINED.subarray(0, 32 + JOINED.write(text, 32)));
  return createHash('sha256').update(previous, 'hex').update(text).digest('hex');
}

/** The hash that a recorded event must carry, given the one before it in its stream. */
export const hashOf = (event: RecordedEvent, previous: string): string =>
  eventHash(previous, canonicalEvent(event.stream, event, event.recordedAt), event.revision);
