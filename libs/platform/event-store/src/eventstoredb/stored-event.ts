import type { EventMetadata, Instant, RecordedEvent } from '@smartkey/kernel';
import { canonicalJson } from '../hash-chain/canonical-json.ts';
import { eventHash } from '../hash-chain/event-hash.ts';
import type { PreparedAppend } from '../append/prepared-append.ts';
import type { streamsTypes } from './generated-messages.ts';

/** An event as it goes to the server: its data, and its metadata as JSON. */
export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
}

/** The same with its place in the hash chain. */
export interface ChainedProposal extends ProposedEvent {
  readonly hash: string;
}

/** What EventStoreDB keeps in an event's metadata, for it has no place of its own for it. */
interface StoredMetadata {
  readonly version: number;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly hash: string;
  readonly metadata: EventMetadata;
  /** The attempt that stored it: `<instance>/<number>`. Tells a repeat from the first; no part of the hash. */
  readonly attempt: string;
}

/** An event of the log, and which attempt stored it. */
export interface StoredEvent {
  readonly event: RecordedEvent;
  readonly attempt: string;
}

/** The last event of a stream, as the next one must know it. */
export interface StreamHead {
  /** -1 for no stream. */
  readonly revision: number;
  readonly hash: string;
}

/** What the server says of positions in streams where it does not know them. */
const NO_POSITION = '18446744073709551615';

/** The events of an append, chained behind the head of their stream. */
export function proposedEvents(
  { append, canonical, recordedAt }: PreparedAppend,
  head: StreamHead,
  attempt: string,
): readonly ChainedProposal[] {
  let { hash } = head;
  return append.events.map(({ id, type, version, occurredAt, metadata, data }, i) => {
    hash = eventHash(hash, canonical[i]!, head.revision + 1 + i);
    const kept: StoredMetadata = { version, occurredAt, recordedAt, hash, metadata, attempt };
    return { id, type, data: canonicalJson(data), metadata: JSON.stringify(kept), hash };
  });
}

/**
 * @param prefix what the server's streams of this log begin with.
 * @throws Error where the event is none of ours, or the server too old to tell its position.
 */
export function recordedFrom(answer: streamsTypes.ReadResp.ReadEvent, prefix: string): StoredEvent {
  const recorded = answer.getEvent()!;
  const name = Buffer.from(recorded.getStreamIdentifier()!.getStreamName_asU8()).toString('utf8');
  const revision = Number(recorded.getStreamRevision());
  const position = recorded.getCommitPosition();
  if (position === NO_POSITION)
    throw new Error('the EventStoreDB server tells no positions in streams: version 22.6 or later is needed');
  const { version, occurredAt, recordedAt, hash, metadata, attempt } = metadataOf(recorded, name, revision);
  const event: RecordedEvent = {
    id: recorded.getId()!.getString(),
    type: recorded.getMetadataMap().get('type') ?? '',
    version,
    data: JSON.parse(Buffer.from(recorded.getData_asU8()).toString('utf8')) as object,
    metadata,
    occurredAt,
    stream: name.slice(prefix.length),
    revision,
    position: BigInt(position),
    recordedAt,
    hash,
  };
  return { event, attempt };
}

function metadataOf(
  recorded: streamsTypes.ReadResp.ReadEvent.RecordedEvent,
  stream: string,
  revision: number,
): StoredMetadata {
  const text = Buffer.from(recorded.getCustomMetadata_asU8()).toString('utf8');
  const metadata = text === '' ? undefined : (JSON.parse(text) as Partial<StoredMetadata>);
  if (metadata?.hash === undefined || metadata.attempt === undefined)
    throw new Error(`event ${revision} of ${stream} was written by something else than this service`);
  return metadata as StoredMetadata;
}
